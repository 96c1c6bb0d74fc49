-- What is never deleted, on PostgreSQL. Statements are separated by lines that hold only "--;".
CREATE TRIGGER payment_orders_no_delete BEFORE DELETE ON payment_orders FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER payment_orders_no_truncate BEFORE TRUNCATE ON payment_orders FOR EACH STATEMENT EXECUTE FUNCTION append_only()
