-- The books' own guards on PostgreSQL. Statements are separated by lines that hold only "--;".
-- Every refusal raises the name of its rule, which ledger.refusals turns into a sentence.
CREATE VIEW entry_effects AS
SELECT p.unit_id, p.entry_number, p.campaign_id, p.account_id, COALESCE(p.item_id, 0) AS item_id, k.guard AS guard,
       SUM(p.amount)::bigint AS amount, SUM(p.quantity)::bigint AS quantity
FROM postings p JOIN accounts a ON a.id = p.account_id JOIN account_kinds k ON k.kind = a.kind
GROUP BY p.unit_id, p.entry_number, p.campaign_id, p.account_id, COALESCE(p.item_id, 0), k.guard
UNION ALL
SELECT p.unit_id, p.entry_number, p.campaign_id, m.id, 0, 1, SUM(p.amount * k.available)::bigint, 0
FROM postings p JOIN accounts a ON a.id = p.account_id JOIN account_kinds k ON k.kind = a.kind AND k.available <> 0
JOIN accounts m ON m.unit_id = p.unit_id AND m.kind = 'available'
GROUP BY p.unit_id, p.entry_number, p.campaign_id, m.id
UNION ALL
SELECT p.unit_id, p.entry_number, p.campaign_id, m.id, COALESCE(p.item_id, 0), 1, 0, SUM(p.quantity * k.free)::bigint
FROM postings p JOIN accounts a ON a.id = p.account_id JOIN account_kinds k ON k.kind = a.kind AND k.free <> 0
JOIN accounts m ON m.unit_id = p.unit_id AND m.kind = 'free'
GROUP BY p.unit_id, p.entry_number, p.campaign_id, m.id, COALESCE(p.item_id, 0)
--;
CREATE FUNCTION entries_are_sound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE chains SET length = NEW.number, head = NEW.hash
    WHERE unit_id = NEW.unit_id AND kind = 'entries' AND length = NEW.number - 1 AND head = NEW.previous_hash;
  IF NOT FOUND THEN RAISE EXCEPTION 'entries_chain'; END IF;
  IF NEW.date > (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN RAISE EXCEPTION 'entries_not_in_future'; END IF;
  IF EXISTS (SELECT 1 FROM periods WHERE unit_id = NEW.unit_id AND year = EXTRACT(YEAR FROM NEW.date) AND month = EXTRACT(MONTH FROM NEW.date) AND state = 'closed') THEN
    RAISE EXCEPTION 'entries_period_open'; END IF;
  IF NOT EXISTS (SELECT 1 FROM postings WHERE unit_id = NEW.unit_id AND entry_number = NEW.number) THEN RAISE EXCEPTION 'entries_not_empty'; END IF;
  IF EXISTS (SELECT 1 FROM postings WHERE unit_id = NEW.unit_id AND entry_number = NEW.number GROUP BY campaign_id HAVING SUM(amount) <> 0) THEN
    RAISE EXCEPTION 'entries_balance'; END IF;
  IF EXISTS (SELECT 1 FROM postings p JOIN accounts a ON a.id = p.account_id JOIN campaigns c ON c.id = p.campaign_id
      WHERE p.unit_id = NEW.unit_id AND p.entry_number = NEW.number
      AND (a.unit_id <> NEW.unit_id OR c.unit_id <> NEW.unit_id OR a.kind IN ('available', 'free'))) THEN
    RAISE EXCEPTION 'entries_own_unit'; END IF;
  IF EXISTS (SELECT 1 FROM postings p JOIN accounts a ON a.id = p.account_id WHERE p.unit_id = NEW.unit_id AND p.entry_number = NEW.number
      AND (p.item_id IS NOT NULL) <> (a.kind IN ('stock', 'reservations', 'reservations_contra'))) THEN
    RAISE EXCEPTION 'postings_item_where_due'; END IF;
  IF NEW.reversal_of IS NOT NULL AND EXISTS (
      SELECT 1 FROM postings WHERE unit_id = NEW.unit_id AND entry_number IN (NEW.number, NEW.reversal_of)
      GROUP BY account_id, campaign_id, item_id HAVING SUM(amount) <> 0 OR SUM(quantity) <> 0) THEN
    RAISE EXCEPTION 'entries_mirror'; END IF;
  RETURN NEW;
END $$
--;
CREATE TRIGGER entries_are_sound BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION entries_are_sound()
--;
CREATE FUNCTION entries_move_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE e RECORD;
BEGIN
  FOR e IN SELECT * FROM entry_effects WHERE unit_id = NEW.unit_id AND entry_number = NEW.number ORDER BY campaign_id, account_id, item_id LOOP
    INSERT INTO balances (campaign_id, account_id, item_id, guard, amount, quantity)
      VALUES (e.campaign_id, e.account_id, e.item_id, e.guard, 0, 0) ON CONFLICT DO NOTHING;
    UPDATE balances SET amount = amount + e.amount, quantity = quantity + e.quantity
      WHERE campaign_id = e.campaign_id AND account_id = e.account_id AND item_id = e.item_id;
    INSERT INTO day_balances (campaign_id, account_id, item_id, day, guard, amount, quantity)
      VALUES (e.campaign_id, e.account_id, e.item_id, NEW.date, e.guard,
        COALESCE((SELECT d.amount FROM day_balances d WHERE d.campaign_id = e.campaign_id AND d.account_id = e.account_id AND d.item_id = e.item_id AND d.day < NEW.date ORDER BY d.day DESC LIMIT 1), 0),
        COALESCE((SELECT d.quantity FROM day_balances d WHERE d.campaign_id = e.campaign_id AND d.account_id = e.account_id AND d.item_id = e.item_id AND d.day < NEW.date ORDER BY d.day DESC LIMIT 1), 0))
      ON CONFLICT DO NOTHING;
    UPDATE day_balances SET amount = amount + e.amount, quantity = quantity + e.quantity
      WHERE campaign_id = e.campaign_id AND account_id = e.account_id AND item_id = e.item_id AND day >= NEW.date;
  END LOOP;
  RETURN NULL;
END $$
--;
CREATE TRIGGER entries_move_balances AFTER INSERT ON entries FOR EACH ROW EXECUTE FUNCTION entries_move_balances()
--;
CREATE FUNCTION postings_before_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM entries WHERE unit_id = NEW.unit_id AND number = NEW.entry_number) THEN RAISE EXCEPTION 'postings_append_only'; END IF;
  RETURN NEW;
END $$
--;
CREATE TRIGGER postings_before_entry BEFORE INSERT ON postings FOR EACH ROW EXECUTE FUNCTION postings_before_entry()
--;
CREATE FUNCTION documents_gapless() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM documents WHERE unit_id = NEW.unit_id AND series = NEW.series AND year = NEW.year), 0) THEN
    RAISE EXCEPTION 'documents_gapless'; END IF;
  IF NEW.year <> EXTRACT(YEAR FROM NEW.date) THEN RAISE EXCEPTION 'documents_year'; END IF;
  RETURN NEW;
END $$
--;
CREATE TRIGGER documents_gapless BEFORE INSERT ON documents FOR EACH ROW EXECUTE FUNCTION documents_gapless()
--;
CREATE FUNCTION documents_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ROW(NEW.id, NEW.unit_id, NEW.kind, NEW.series, NEW.year, NEW.number, NEW.date, NEW.memo, NEW.amount, NEW.entry_number, NEW.idempotency_key,
         NEW.request_digest, NEW.created_at, NEW.created_by, NEW.created_by_name, NEW.replaces_id)
     IS DISTINCT FROM
     ROW(OLD.id, OLD.unit_id, OLD.kind, OLD.series, OLD.year, OLD.number, OLD.date, OLD.memo, OLD.amount, OLD.entry_number, OLD.idempotency_key,
         OLD.request_digest, OLD.created_at, OLD.created_by, OLD.created_by_name, OLD.replaces_id) THEN
    RAISE EXCEPTION 'documents_append_only'; END IF;
  IF NOT (NEW.state = OLD.state AND ROW(NEW.voided_at, NEW.voided_by_entry, NEW.voided_because) IS NOT DISTINCT FROM ROW(OLD.voided_at, OLD.voided_by_entry, OLD.voided_because)
      OR OLD.state = 'recorded' AND NEW.state IN ('acknowledged', 'voided') OR OLD.state = 'acknowledged' AND NEW.state = 'voided') THEN
    RAISE EXCEPTION 'documents_steps'; END IF;
  RETURN NEW;
END $$
--;
CREATE TRIGGER documents_frozen BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION documents_frozen()
--;
CREATE FUNCTION document_lines_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM documents d JOIN entries e ON e.unit_id = d.unit_id AND e.number = d.entry_number WHERE d.id = NEW.document_id) THEN
    RAISE EXCEPTION 'document_lines_append_only'; END IF;
  RETURN NEW;
END $$
--;
CREATE TRIGGER document_lines_once BEFORE INSERT ON document_lines FOR EACH ROW EXECUTE FUNCTION document_lines_once()
--;
CREATE FUNCTION history_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE chains SET length = NEW.number, head = NEW.hash
    WHERE unit_id = NEW.unit_id AND kind = 'history' AND length = NEW.number - 1 AND head = NEW.previous_hash;
  IF NOT FOUND THEN RAISE EXCEPTION 'history_chain'; END IF;
  RETURN NEW;
END $$
--;
CREATE TRIGGER history_links BEFORE INSERT ON history FOR EACH ROW EXECUTE FUNCTION history_links()
--;
CREATE FUNCTION chains_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.unit_id <> OLD.unit_id OR NEW.kind <> OLD.kind OR NEW.length <> OLD.length + 1 THEN RAISE EXCEPTION 'chains_grow'; END IF;
  RETURN NEW;
END $$
--;
CREATE TRIGGER chains_grow BEFORE UPDATE ON chains FOR EACH ROW EXECUTE FUNCTION chains_grow()
--;
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%_append_only', TG_TABLE_NAME;
END $$
--;
CREATE TRIGGER entries_no_change BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER postings_no_change BEFORE UPDATE OR DELETE ON postings FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER history_no_change BEFORE UPDATE OR DELETE ON history FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER document_lines_no_change BEFORE UPDATE OR DELETE ON document_lines FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER donations_no_change BEFORE UPDATE OR DELETE ON donations FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER documents_no_delete BEFORE DELETE ON documents FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER chains_no_delete BEFORE DELETE ON chains FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER periods_no_delete BEFORE DELETE ON periods FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER account_kinds_no_delete BEFORE DELETE ON account_kinds FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER entries_no_truncate BEFORE TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER postings_no_truncate BEFORE TRUNCATE ON postings FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER history_no_truncate BEFORE TRUNCATE ON history FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER document_lines_no_truncate BEFORE TRUNCATE ON document_lines FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER documents_no_truncate BEFORE TRUNCATE ON documents FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER chains_no_truncate BEFORE TRUNCATE ON chains FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER periods_no_truncate BEFORE TRUNCATE ON periods FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER accounts_no_truncate BEFORE TRUNCATE ON accounts FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER account_kinds_no_truncate BEFORE TRUNCATE ON account_kinds FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER donations_no_truncate BEFORE TRUNCATE ON donations FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE FUNCTION donations_count_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO gift_days (unit_id, campaign_id, day, method, gifts, amount)
    SELECT d.unit_id, 0, d.date, NEW.method, 1, d.amount FROM documents d WHERE d.id = NEW.document_id
    ON CONFLICT (unit_id, campaign_id, day, method) DO UPDATE SET gifts = gift_days.gifts + 1, amount = gift_days.amount + excluded.amount;
  RETURN NEW;
END $$
--;
CREATE TRIGGER donations_count_days AFTER INSERT ON donations FOR EACH ROW EXECUTE FUNCTION donations_count_days()
--;
CREATE FUNCTION donation_shares_count_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO gift_days (unit_id, campaign_id, day, method, gifts, amount)
    SELECT n.unit_id, NEW.campaign_id, NEW.date, n.method, 1, NEW.amount FROM donations n WHERE n.document_id = NEW.document_id
    ON CONFLICT (unit_id, campaign_id, day, method) DO UPDATE SET gifts = gift_days.gifts + 1, amount = gift_days.amount + excluded.amount;
  RETURN NEW;
END $$
--;
CREATE TRIGGER donation_shares_count_days AFTER INSERT ON donation_shares FOR EACH ROW EXECUTE FUNCTION donation_shares_count_days()
--;
CREATE FUNCTION documents_uncount_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE gift_days g SET gifts = g.gifts - 1, amount = g.amount - NEW.amount FROM donations n
    WHERE n.document_id = NEW.id AND g.unit_id = NEW.unit_id AND g.campaign_id = 0 AND g.day = NEW.date AND g.method = n.method;
  UPDATE gift_days g SET gifts = g.gifts - 1, amount = g.amount - s.amount
    FROM donation_shares s JOIN donations n ON n.document_id = s.document_id
    WHERE s.document_id = NEW.id AND g.unit_id = NEW.unit_id AND g.campaign_id = s.campaign_id AND g.day = s.date AND g.method = n.method;
  RETURN NEW;
END $$
--;
CREATE TRIGGER documents_uncount_days AFTER UPDATE ON documents FOR EACH ROW WHEN (NEW.state = 'voided' AND OLD.state <> 'voided') EXECUTE FUNCTION documents_uncount_days()
--;
CREATE TRIGGER donation_shares_no_change BEFORE UPDATE OR DELETE ON donation_shares FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER donation_shares_no_truncate BEFORE TRUNCATE ON donation_shares FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER desks_no_delete BEFORE DELETE ON desks FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER desks_no_truncate BEFORE TRUNCATE ON desks FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER issued_papers_no_change BEFORE UPDATE OR DELETE ON issued_papers FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER issued_papers_no_truncate BEFORE TRUNCATE ON issued_papers FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER paper_prints_no_change BEFORE UPDATE OR DELETE ON paper_prints FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER paper_prints_no_truncate BEFORE TRUNCATE ON paper_prints FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER approvals_no_change BEFORE UPDATE OR DELETE ON approvals FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER approvals_no_truncate BEFORE TRUNCATE ON approvals FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER approval_requests_no_delete BEFORE DELETE ON approval_requests FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER approval_requests_no_truncate BEFORE TRUNCATE ON approval_requests FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER policies_no_delete BEFORE DELETE ON policies FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER policies_no_truncate BEFORE TRUNCATE ON policies FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER cash_counts_no_delete BEFORE DELETE ON cash_counts FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER cash_counts_no_truncate BEFORE TRUNCATE ON cash_counts FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER cash_count_lines_no_delete BEFORE DELETE ON cash_count_lines FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER cash_count_lines_no_truncate BEFORE TRUNCATE ON cash_count_lines FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER campaigns_no_delete BEFORE DELETE ON campaigns FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER campaigns_no_truncate BEFORE TRUNCATE ON campaigns FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER funds_no_delete BEFORE DELETE ON funds FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER funds_no_truncate BEFORE TRUNCATE ON funds FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER items_no_delete BEFORE DELETE ON items FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER items_no_truncate BEFORE TRUNCATE ON items FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER donors_no_delete BEFORE DELETE ON donors FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER donors_no_truncate BEFORE TRUNCATE ON donors FOR EACH STATEMENT EXECUTE FUNCTION append_only()
