-- Chemistry writes: how often a structure was looked at that this machine did not finish, to try it again a few times.
alter table standard_structure add column attempts integer not null default 1;
