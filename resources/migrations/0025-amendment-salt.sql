-- Release writes: 32 random bytes under which an amendment's structures are hashed before they are signed, so that an
-- audit bundle proves the signature and holds no structure; null for amendments of earlier versions.
alter table amendment add column salt blob;
