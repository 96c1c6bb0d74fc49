-- What is never deleted, on SQLite. Statements are separated by lines that hold only "--;".
CREATE TRIGGER trace_layers_no_delete BEFORE DELETE ON trace_layers
BEGIN
  SELECT RAISE(ABORT, 'trace_layers_append_only');
END
--;
CREATE TRIGGER trace_takes_no_update BEFORE UPDATE ON trace_takes
BEGIN
  SELECT RAISE(ABORT, 'trace_takes_append_only');
END
--;
CREATE TRIGGER trace_takes_no_delete BEFORE DELETE ON trace_takes
BEGIN
  SELECT RAISE(ABORT, 'trace_takes_append_only');
END
--;
CREATE TRIGGER earmarks_no_delete BEFORE DELETE ON earmarks
BEGIN
  SELECT RAISE(ABORT, 'earmarks_append_only');
END
