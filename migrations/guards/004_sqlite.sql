-- What is never deleted, on SQLite. Statements are separated by lines that hold only "--;".
CREATE TRIGGER lot_takes_no_update BEFORE UPDATE ON lot_takes
BEGIN
  SELECT RAISE(ABORT, 'lot_takes_append_only');
END
--;
CREATE TRIGGER lot_takes_no_delete BEFORE DELETE ON lot_takes
BEGIN
  SELECT RAISE(ABORT, 'lot_takes_append_only');
END
--;
CREATE TRIGGER serials_no_delete BEFORE DELETE ON serials
BEGIN
  SELECT RAISE(ABORT, 'serials_append_only');
END
--;
CREATE TRIGGER purchases_no_delete BEFORE DELETE ON purchases
BEGIN
  SELECT RAISE(ABORT, 'purchases_append_only');
END
--;
CREATE TRIGGER payouts_no_delete BEFORE DELETE ON payouts
BEGIN
  SELECT RAISE(ABORT, 'payouts_append_only');
END
--;
CREATE TRIGGER payout_lines_no_delete BEFORE DELETE ON payout_lines
BEGIN
  SELECT RAISE(ABORT, 'payout_lines_append_only');
END
