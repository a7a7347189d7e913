-- The first round that a standing approval covers; null for those of before, which covered whatever came.
alter table standing_approval add column first_round integer;
