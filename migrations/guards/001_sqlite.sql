-- The books' own guards on SQLite. Statements are separated by lines that hold only "--;".
-- Every refusal raises the name of its rule, which ledger.refusals turns into a sentence.
CREATE VIEW entry_effects AS
SELECT p.unit_id, p.entry_number, p.campaign_id, p.account_id, COALESCE(p.item_id, 0) AS item_id, k.guard AS guard,
       SUM(p.amount) AS amount, SUM(p.quantity) AS quantity
FROM postings p JOIN accounts a ON a.id = p.account_id JOIN account_kinds k ON k.kind = a.kind
GROUP BY p.unit_id, p.entry_number, p.campaign_id, p.account_id, COALESCE(p.item_id, 0), k.guard
UNION ALL
SELECT p.unit_id, p.entry_number, p.campaign_id, m.id, 0, 1, SUM(p.amount * k.available), 0
FROM postings p JOIN accounts a ON a.id = p.account_id JOIN account_kinds k ON k.kind = a.kind AND k.available <> 0
JOIN accounts m ON m.unit_id = p.unit_id AND m.kind = 'available'
GROUP BY p.unit_id, p.entry_number, p.campaign_id, m.id
UNION ALL
SELECT p.unit_id, p.entry_number, p.campaign_id, m.id, COALESCE(p.item_id, 0), 1, 0, SUM(p.quantity * k.free)
FROM postings p JOIN accounts a ON a.id = p.account_id JOIN account_kinds k ON k.kind = a.kind AND k.free <> 0
JOIN accounts m ON m.unit_id = p.unit_id AND m.kind = 'free'
GROUP BY p.unit_id, p.entry_number, p.campaign_id, m.id, COALESCE(p.item_id, 0)
--;
CREATE TRIGGER entries_are_sound BEFORE INSERT ON entries
BEGIN
  SELECT RAISE(ABORT, 'entries_append_only') WHERE EXISTS (SELECT 1 FROM entries WHERE unit_id = NEW.unit_id AND number = NEW.number);
  SELECT RAISE(ABORT, 'entries_chain') WHERE NOT EXISTS (SELECT 1 FROM chains WHERE unit_id = NEW.unit_id AND kind = 'entries' AND length = NEW.number - 1 AND head = NEW.previous_hash);
  SELECT RAISE(ABORT, 'entries_not_in_future') WHERE NEW.date > date('now', '+7 hours');
  SELECT RAISE(ABORT, 'entries_period_open') WHERE EXISTS (SELECT 1 FROM periods WHERE unit_id = NEW.unit_id AND year = CAST(substr(NEW.date, 1, 4) AS INTEGER) AND month = CAST(substr(NEW.date, 6, 2) AS INTEGER) AND state = 'closed');
  SELECT RAISE(ABORT, 'entries_not_empty') WHERE NOT EXISTS (SELECT 1 FROM postings WHERE unit_id = NEW.unit_id AND entry_number = NEW.number);
  SELECT RAISE(ABORT, 'entries_balance') WHERE EXISTS (SELECT 1 FROM postings WHERE unit_id = NEW.unit_id AND entry_number = NEW.number GROUP BY campaign_id HAVING SUM(amount) <> 0);
  SELECT RAISE(ABORT, 'entries_own_unit') WHERE EXISTS (SELECT 1 FROM postings p JOIN accounts a ON a.id = p.account_id JOIN campaigns c ON c.id = p.campaign_id WHERE p.unit_id = NEW.unit_id AND p.entry_number = NEW.number AND (a.unit_id <> NEW.unit_id OR c.unit_id <> NEW.unit_id OR a.kind IN ('available', 'free')));
  SELECT RAISE(ABORT, 'postings_item_where_due') WHERE EXISTS (SELECT 1 FROM postings p JOIN accounts a ON a.id = p.account_id WHERE p.unit_id = NEW.unit_id AND p.entry_number = NEW.number AND (p.item_id IS NOT NULL) <> (a.kind IN ('stock', 'reservations', 'reservations_contra')));
  SELECT RAISE(ABORT, 'entries_mirror') WHERE NEW.reversal_of IS NOT NULL AND EXISTS (
    SELECT account_id, campaign_id, item_id, SUM(amount), SUM(quantity) FROM postings WHERE unit_id = NEW.unit_id AND entry_number IN (NEW.number, NEW.reversal_of)
    GROUP BY account_id, campaign_id, item_id HAVING SUM(amount) <> 0 OR SUM(quantity) <> 0);
END
--;
CREATE TRIGGER entries_move_balances AFTER INSERT ON entries
BEGIN
  UPDATE chains SET length = NEW.number, head = NEW.hash WHERE unit_id = NEW.unit_id AND kind = 'entries';
  INSERT INTO balances (campaign_id, account_id, item_id, guard, amount, quantity)
    SELECT e.campaign_id, e.account_id, e.item_id, e.guard, 0, 0 FROM entry_effects e
    WHERE e.unit_id = NEW.unit_id AND e.entry_number = NEW.number ON CONFLICT DO NOTHING;
  UPDATE balances SET amount = balances.amount + e.amount, quantity = balances.quantity + e.quantity
    FROM entry_effects e WHERE e.unit_id = NEW.unit_id AND e.entry_number = NEW.number
    AND balances.campaign_id = e.campaign_id AND balances.account_id = e.account_id AND balances.item_id = e.item_id;
  INSERT INTO day_balances (campaign_id, account_id, item_id, day, guard, amount, quantity)
    SELECT e.campaign_id, e.account_id, e.item_id, NEW.date, e.guard,
      COALESCE((SELECT d.amount FROM day_balances d WHERE d.campaign_id = e.campaign_id AND d.account_id = e.account_id AND d.item_id = e.item_id AND d.day < NEW.date ORDER BY d.day DESC LIMIT 1), 0),
      COALESCE((SELECT d.quantity FROM day_balances d WHERE d.campaign_id = e.campaign_id AND d.account_id = e.account_id AND d.item_id = e.item_id AND d.day < NEW.date ORDER BY d.day DESC LIMIT 1), 0)
    FROM entry_effects e WHERE e.unit_id = NEW.unit_id AND e.entry_number = NEW.number ON CONFLICT DO NOTHING;
  UPDATE day_balances SET amount = day_balances.amount + e.amount, quantity = day_balances.quantity + e.quantity
    FROM entry_effects e WHERE e.unit_id = NEW.unit_id AND e.entry_number = NEW.number
    AND day_balances.campaign_id = e.campaign_id AND day_balances.account_id = e.account_id AND day_balances.item_id = e.item_id
    AND day_balances.day >= NEW.date;
END
--;
CREATE TRIGGER postings_before_entry BEFORE INSERT ON postings
BEGIN
  SELECT RAISE(ABORT, 'postings_append_only') WHERE EXISTS (SELECT 1 FROM entries WHERE unit_id = NEW.unit_id AND number = NEW.entry_number)
    OR EXISTS (SELECT 1 FROM postings WHERE unit_id = NEW.unit_id AND entry_number = NEW.entry_number AND line = NEW.line);
END
--;
CREATE TRIGGER documents_gapless BEFORE INSERT ON documents
BEGIN
  SELECT RAISE(ABORT, 'documents_append_only') WHERE EXISTS (SELECT 1 FROM documents WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'documents_gapless') WHERE NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM documents WHERE unit_id = NEW.unit_id AND series = NEW.series AND year = NEW.year), 0);
  SELECT RAISE(ABORT, 'documents_year') WHERE NEW.year <> CAST(substr(NEW.date, 1, 4) AS INTEGER);
END
--;
CREATE TRIGGER documents_frozen BEFORE UPDATE ON documents
BEGIN
  SELECT RAISE(ABORT, 'documents_append_only') WHERE
    NEW.id IS NOT OLD.id OR NEW.unit_id IS NOT OLD.unit_id OR NEW.kind IS NOT OLD.kind OR NEW.series IS NOT OLD.series
    OR NEW.year IS NOT OLD.year OR NEW.number IS NOT OLD.number OR NEW.date IS NOT OLD.date OR NEW.memo IS NOT OLD.memo
    OR NEW.amount IS NOT OLD.amount OR NEW.entry_number IS NOT OLD.entry_number OR NEW.idempotency_key IS NOT OLD.idempotency_key
    OR NEW.request_digest IS NOT OLD.request_digest OR NEW.created_at IS NOT OLD.created_at OR NEW.created_by IS NOT OLD.created_by
    OR NEW.created_by_name IS NOT OLD.created_by_name OR NEW.replaces_id IS NOT OLD.replaces_id;
  SELECT RAISE(ABORT, 'documents_steps') WHERE NOT (
    NEW.state = OLD.state AND NEW.voided_at IS OLD.voided_at AND NEW.voided_by_entry IS OLD.voided_by_entry AND NEW.voided_because IS OLD.voided_because
    OR OLD.state = 'recorded' AND NEW.state IN ('acknowledged', 'voided') OR OLD.state = 'acknowledged' AND NEW.state = 'voided');
END
--;
CREATE TRIGGER document_lines_once BEFORE INSERT ON document_lines
BEGIN
  SELECT RAISE(ABORT, 'document_lines_append_only') WHERE EXISTS (SELECT 1 FROM document_lines WHERE document_id = NEW.document_id AND position = NEW.position)
    OR EXISTS (SELECT 1 FROM documents d JOIN entries e ON e.unit_id = d.unit_id AND e.number = d.entry_number WHERE d.id = NEW.document_id);
END
--;
CREATE TRIGGER history_links BEFORE INSERT ON history
BEGIN
  SELECT RAISE(ABORT, 'history_append_only') WHERE EXISTS (SELECT 1 FROM history WHERE unit_id = NEW.unit_id AND number = NEW.number);
  SELECT RAISE(ABORT, 'history_chain') WHERE NOT EXISTS (SELECT 1 FROM chains WHERE unit_id = NEW.unit_id AND kind = 'history' AND length = NEW.number - 1 AND head = NEW.previous_hash);
END
--;
CREATE TRIGGER history_moves_head AFTER INSERT ON history
BEGIN
  UPDATE chains SET length = NEW.number, head = NEW.hash WHERE unit_id = NEW.unit_id AND kind = 'history';
END
--;
CREATE TRIGGER chains_grow BEFORE UPDATE ON chains
BEGIN
  SELECT RAISE(ABORT, 'chains_grow') WHERE NEW.unit_id IS NOT OLD.unit_id OR NEW.kind IS NOT OLD.kind OR NEW.length <> OLD.length + 1;
END
--;
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
BEGIN
  SELECT RAISE(ABORT, 'entries_append_only');
END
--;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
BEGIN
  SELECT RAISE(ABORT, 'entries_append_only');
END
--;
CREATE TRIGGER postings_no_update BEFORE UPDATE ON postings
BEGIN
  SELECT RAISE(ABORT, 'postings_append_only');
END
--;
CREATE TRIGGER postings_no_delete BEFORE DELETE ON postings
BEGIN
  SELECT RAISE(ABORT, 'postings_append_only');
END
--;
CREATE TRIGGER history_no_update BEFORE UPDATE ON history
BEGIN
  SELECT RAISE(ABORT, 'history_append_only');
END
--;
CREATE TRIGGER history_no_delete BEFORE DELETE ON history
BEGIN
  SELECT RAISE(ABORT, 'history_append_only');
END
--;
CREATE TRIGGER document_lines_no_update BEFORE UPDATE ON document_lines
BEGIN
  SELECT RAISE(ABORT, 'document_lines_append_only');
END
--;
CREATE TRIGGER document_lines_no_delete BEFORE DELETE ON document_lines
BEGIN
  SELECT RAISE(ABORT, 'document_lines_append_only');
END
--;
CREATE TRIGGER donations_no_update BEFORE UPDATE ON donations
BEGIN
  SELECT RAISE(ABORT, 'donations_append_only');
END
--;
CREATE TRIGGER donations_no_delete BEFORE DELETE ON donations
BEGIN
  SELECT RAISE(ABORT, 'donations_append_only');
END
--;
CREATE TRIGGER documents_no_delete BEFORE DELETE ON documents
BEGIN
  SELECT RAISE(ABORT, 'documents_append_only');
END
--;
CREATE TRIGGER chains_no_delete BEFORE DELETE ON chains
BEGIN
  SELECT RAISE(ABORT, 'chains_append_only');
END
--;
CREATE TRIGGER periods_no_delete BEFORE DELETE ON periods
BEGIN
  SELECT RAISE(ABORT, 'periods_append_only');
END
--;
CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts
BEGIN
  SELECT RAISE(ABORT, 'accounts_append_only');
END
--;
CREATE TRIGGER account_kinds_no_delete BEFORE DELETE ON account_kinds
BEGIN
  SELECT RAISE(ABORT, 'account_kinds_append_only');
END
--;
CREATE TRIGGER donations_count_days AFTER INSERT ON donations
BEGIN
  INSERT INTO gift_days (unit_id, campaign_id, day, method, gifts, amount)
    SELECT d.unit_id, 0, d.date, NEW.method, 1, d.amount FROM documents d WHERE d.id = NEW.document_id
    ON CONFLICT (unit_id, campaign_id, day, method) DO UPDATE SET gifts = gift_days.gifts + 1, amount = gift_days.amount + excluded.amount;
END
--;
CREATE TRIGGER donation_shares_count_days AFTER INSERT ON donation_shares
BEGIN
  INSERT INTO gift_days (unit_id, campaign_id, day, method, gifts, amount)
    SELECT n.unit_id, NEW.campaign_id, NEW.date, n.method, 1, NEW.amount FROM donations n WHERE n.document_id = NEW.document_id
    ON CONFLICT (unit_id, campaign_id, day, method) DO UPDATE SET gifts = gift_days.gifts + 1, amount = gift_days.amount + excluded.amount;
END
--;
CREATE TRIGGER documents_uncount_days AFTER UPDATE ON documents WHEN NEW.state = 'voided' AND OLD.state <> 'voided'
BEGIN
  UPDATE gift_days SET gifts = gifts - 1, amount = amount - NEW.amount
    WHERE unit_id = NEW.unit_id AND campaign_id = 0 AND day = NEW.date
    AND method = (SELECT n.method FROM donations n WHERE n.document_id = NEW.id);
  UPDATE gift_days SET gifts = gift_days.gifts - 1, amount = gift_days.amount - s.amount
    FROM donation_shares s JOIN donations n ON n.document_id = s.document_id
    WHERE s.document_id = NEW.id AND gift_days.unit_id = NEW.unit_id AND gift_days.campaign_id = s.campaign_id
    AND gift_days.day = s.date AND gift_days.method = n.method;
END
--;
CREATE TRIGGER donation_shares_no_update BEFORE UPDATE ON donation_shares
BEGIN
  SELECT RAISE(ABORT, 'donation_shares_append_only');
END
--;
CREATE TRIGGER donation_shares_no_delete BEFORE DELETE ON donation_shares
BEGIN
  SELECT RAISE(ABORT, 'donation_shares_append_only');
END
--;
CREATE TRIGGER desks_no_delete BEFORE DELETE ON desks
BEGIN
  SELECT RAISE(ABORT, 'desks_append_only');
END
--;
CREATE TRIGGER issued_papers_no_update BEFORE UPDATE ON issued_papers
BEGIN
  SELECT RAISE(ABORT, 'issued_papers_append_only');
END
--;
CREATE TRIGGER issued_papers_no_delete BEFORE DELETE ON issued_papers
BEGIN
  SELECT RAISE(ABORT, 'issued_papers_append_only');
END
--;
CREATE TRIGGER paper_prints_no_update BEFORE UPDATE ON paper_prints
BEGIN
  SELECT RAISE(ABORT, 'paper_prints_append_only');
END
--;
CREATE TRIGGER paper_prints_no_delete BEFORE DELETE ON paper_prints
BEGIN
  SELECT RAISE(ABORT, 'paper_prints_append_only');
END
--;
CREATE TRIGGER approvals_no_update BEFORE UPDATE ON approvals
BEGIN
  SELECT RAISE(ABORT, 'approvals_append_only');
END
--;
CREATE TRIGGER approvals_no_delete BEFORE DELETE ON approvals
BEGIN
  SELECT RAISE(ABORT, 'approvals_append_only');
END
--;
CREATE TRIGGER approval_requests_no_delete BEFORE DELETE ON approval_requests
BEGIN
  SELECT RAISE(ABORT, 'approval_requests_append_only');
END
--;
CREATE TRIGGER policies_no_delete BEFORE DELETE ON policies
BEGIN
  SELECT RAISE(ABORT, 'policies_append_only');
END
--;
CREATE TRIGGER cash_counts_no_delete BEFORE DELETE ON cash_counts
BEGIN
  SELECT RAISE(ABORT, 'cash_counts_append_only');
END
--;
CREATE TRIGGER cash_count_lines_no_delete BEFORE DELETE ON cash_count_lines
BEGIN
  SELECT RAISE(ABORT, 'cash_count_lines_append_only');
END
--;
CREATE TRIGGER campaigns_no_delete BEFORE DELETE ON campaigns
BEGIN
  SELECT RAISE(ABORT, 'campaigns_append_only');
END
--;
CREATE TRIGGER funds_no_delete BEFORE DELETE ON funds
BEGIN
  SELECT RAISE(ABORT, 'funds_append_only');
END
--;
CREATE TRIGGER items_no_delete BEFORE DELETE ON items
BEGIN
  SELECT RAISE(ABORT, 'items_append_only');
END
--;
CREATE TRIGGER donors_no_delete BEFORE DELETE ON donors
BEGIN
  SELECT RAISE(ABORT, 'donors_append_only');
END
