-- Scoring keeps predicted values beside probabilities, in the scale of the assay.
alter table score_compound add column global_values blob; -- Float32 little endian, per regression task of the task set
alter table score_compound add column own_values blob;

-- At least 90 % of further uncensored values lie this near to the prediction, as far as the fold's compounds stand for
-- them; null below nine uncensored values, and for models of earlier versions.
alter table regression_metric add column error_90 real;

-- A fused model weighs the values of its two models by themselves; null where one of them has none, or before this.
alter table fusion add column value_weight real;
alter table fusion add column value_looks text; -- JSON: every weight and its loss on the validation fold
