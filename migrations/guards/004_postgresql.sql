-- What is never deleted, on PostgreSQL. Statements are separated by lines that hold only "--;".
CREATE TRIGGER lot_takes_no_change BEFORE UPDATE OR DELETE ON lot_takes FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER lot_takes_no_truncate BEFORE TRUNCATE ON lot_takes FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER serials_no_delete BEFORE DELETE ON serials FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER serials_no_truncate BEFORE TRUNCATE ON serials FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER purchases_no_delete BEFORE DELETE ON purchases FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER purchases_no_truncate BEFORE TRUNCATE ON purchases FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER payouts_no_delete BEFORE DELETE ON payouts FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER payouts_no_truncate BEFORE TRUNCATE ON payouts FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER payout_lines_no_delete BEFORE DELETE ON payout_lines FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER payout_lines_no_truncate BEFORE TRUNCATE ON payout_lines FOR EACH STATEMENT EXECUTE FUNCTION append_only()
