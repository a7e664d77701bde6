"""The papers that people take home: a receipt (收件凭证) for each party, with its own part of the case on it and nothing of another's."""
