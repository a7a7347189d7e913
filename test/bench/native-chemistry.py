"""The steps of MELLODDY-TUNER in native RDKit, one process: what the chemistry bench is compared with.

Reads a JSON list of SMILES per line, writes {"milliseconds": CPU time of the line, "each": [CPU time of each]}.
"""
import hashlib
import hmac
import json
import random
import sys
import time

from rdkit import Chem, RDLogger
from rdkit.Chem import rdMolDescriptors as descriptors
from rdkit.Chem.MolStandardize import rdMolStandardize as standardise
from rdkit.Chem.Scaffolds import MurckoScaffold, rdScaffoldNetwork

RDLogger.DisableLog("rdApp.*")
KEY = b"a secret of the consortium"
SIZE = 32000

rules = standardise.CleanupParameters()
rules.tautomerRemoveSp3Stereo = False
rules.maxTautomers = 256
enumerator = standardise.TautomerEnumerator(rules)

network = rdScaffoldNetwork.ScaffoldNetworkParams()
network.includeGenericScaffolds = False
network.includeGenericBondScaffolds = False
network.includeScaffoldsWithAttachments = False
network.includeScaffoldsWithoutAttachments = True
network.pruneBeforeFragmenting = True


def ranks():
    keyed = [hmac.new(KEY, str(bit).encode(), hashlib.sha256).digest() for bit in range(SIZE)]
    numbers = [int.from_bytes(one, "big") % 2**63 for one in keyed]
    place = [0] * SIZE
    for rank, bit in enumerate(sorted(range(SIZE), key=numbers.__getitem__)):
        place[bit] = rank
    return place


permutation = ranks()


def standard(smiles):
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None or molecule.GetNumHeavyAtoms() >= 100:
        return None
    molecule = standardise.ChargeParent(molecule, rules)
    for atom in molecule.GetAtoms():
        atom.SetIsotope(0)
    Chem.RemoveStereochemistry(molecule)
    molecule = standardise.Cleanup(enumerator.Canonicalize(molecule), rules)
    return Chem.MolToSmiles(Chem.MolFromSmiles(Chem.MolToSmiles(molecule)))


def order(smiles):
    node = Chem.MolFromSmiles(smiles)
    sizes = [len(ring) for ring in node.GetRingInfo().AtomRings()]
    return (
        abs(descriptors.CalcNumRings(node) - 3),
        not any(size > 9 for size in sizes),
        descriptors.CalcNumRotatableBonds(node, strict=False),
        -descriptors.CalcNumBridgeheadAtoms(node),
        -descriptors.CalcNumSpiroAtoms(node),
        not any(size < 5 or size > 6 for size in sizes),
        -descriptors.CalcNumHeterocycles(node),
        descriptors.CalcNumAromaticRings(node),
        smiles,
    )


def fold(molecule):
    scaffold = Chem.MolToSmiles(MurckoScaffold.GetScaffoldForMol(molecule))
    parsed = Chem.MolFromSmiles(scaffold)
    if descriptors.CalcNumRings(parsed) > 3:
        scaffold = min((str(node) for node in rdScaffoldNetwork.CreateScaffoldNetwork([parsed], network).nodes), key=order)
    random.seed(hmac.new(KEY, (scaffold or "None").encode(), hashlib.sha256).digest(), version=2)
    return random.randint(0, 4)


def chemistry(smiles):
    canonical = standard(smiles)
    if canonical is None:
        return
    molecule = Chem.MolFromSmiles(canonical)
    bits = descriptors.GetHashedMorganFingerprint(molecule, 3, SIZE).GetNonzeroElements()
    [permutation[bit] for bit in bits]
    fold(molecule)


print(json.dumps({"version": Chem.rdBase.rdkitVersion}), flush=True)
for line in sys.stdin:
    each = []
    for smiles in json.loads(line):
        began = time.process_time()
        try:
            chemistry(smiles)
        except Exception:
            pass
        each.append((time.process_time() - began) * 1000)
    print(json.dumps({"milliseconds": sum(each), "each": each}), flush=True)
