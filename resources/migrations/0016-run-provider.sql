-- Training: which execution provider a run was trained on.

alter table run add column provider text;         -- null for runs of before
alter table run add column provider_trouble text; -- JSON: why not on the provider that was chosen or is there; null if none
