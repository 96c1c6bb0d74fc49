-- What is never deleted, on SQLite. Statements are separated by lines that hold only "--;".
CREATE TRIGGER payment_orders_no_delete BEFORE DELETE ON payment_orders
BEGIN
  SELECT RAISE(ABORT, 'payment_orders_append_only');
END
