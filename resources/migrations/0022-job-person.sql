-- Who asked for a job: what it does is theirs in the log, also when they have signed out meanwhile.
alter table job add column started_by text;
