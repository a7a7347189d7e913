-- What the own validation fold said after each attempt at a round: it stays when the result is taken back, unlike the
-- point of the run's curve.
alter table round add column validation_auc_pr real;

update round set validation_auc_pr = (
  select point.validation_auc_pr
  from run join run_point as point on point.run_id = run.id
  where run.series = round.series and point.step = round.round
  order by run.created_at desc limit 1
) where phase = 'finished';
