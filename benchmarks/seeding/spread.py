"""What the database itself makes of the seeds: the rows that are many, without one of them travelling.

A seed is a row for each case with everything its other rows are made of; `seed_words` holds the keys of each
name, `seed_pairs` those of two names together. Every pass numbers its rows in a range of its own, so
that each is only added behind the last.
"""

SEEDS = ("seeds", "seed_words", "seed_pairs")
TABLES = ("journal_chains", "journal_events", "search_terms", "person_keys")

RANGE = 1 << 34
"""More numbers than the cases of a pass take."""

# What the two databases say differently.
SAYS = {
    "sqlite": {
        "bytes": "BLOB",
        "moment": "TEXT",
        "back": "strftime('%Y-%m-%d %H:%M:%f000', s.came_at, (n.n - :events) || ' hours')",
        "random": "randomblob(32)",
    },
    "postgresql": {
        "bytes": "BYTEA",
        "moment": "TIMESTAMPTZ",
        "back": "s.came_at + (n.n - CAST(:events AS integer)) * interval '1 hour'",
        "random": "uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())",
    },
}

BEFORE = (
    """CREATE TEMP TABLE seeds (
        case_id BIGINT, held_by BIGINT, counsellor BIGINT, migrant_id BIGINT, person_id BIGINT,
        came_at {moment}, family TEXT, given TEXT, names TEXT,
        phone {bytes}, phone_end {bytes}, paper {bytes}, same_name {bytes}, same_paper {bytes})""",
    "CREATE TEMP TABLE seed_words (word TEXT, place BIGINT, term {bytes}, PRIMARY KEY (word, term))",
    """CREATE TEMP TABLE seed_pairs (names TEXT, place BIGINT, term {bytes}, marks BIGINT,
        PRIMARY KEY (names, place))""",
)

PASSES = (
    """INSERT INTO journal_chains (id, name, length, head)
        SELECT case_id, 'case:' || case_id, :events, {random} FROM seeds""",
    """WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :events)
        INSERT INTO journal_events (id, chain, number, at, act, actor_id, actor_role, case_id, about, hash)
        SELECT s.case_id + n.n, 'case:' || s.case_id, n.n, {back},
            CASE WHEN n.n % 2 = 1 THEN 'case.answer' ELSE 'case.open' END,
            CASE WHEN n.n % 2 = 1 THEN s.migrant_id ELSE s.counsellor END,
            CASE WHEN n.n % 2 = 1 THEN 'migrant' ELSE 'counsellor' END, s.case_id, '', {random}
        FROM seeds s CROSS JOIN n""",
    """INSERT INTO search_terms (id, case_id, held_by, term)
        SELECT s.case_id + w.place, s.case_id, s.held_by, w.term
        FROM seeds s JOIN seed_words w ON w.word = s.family""",
    # A case holds each key once, also when both names begin alike.
    """INSERT INTO search_terms (id, case_id, held_by, term)
        SELECT {range} + s.case_id + w.place, s.case_id, s.held_by, w.term
        FROM seeds s JOIN seed_words w ON w.word = s.given
        WHERE NOT EXISTS (SELECT 1 FROM seed_words o WHERE o.word = s.family AND o.term = w.term)""",
    """INSERT INTO search_terms (id, case_id, held_by, term)
        SELECT 2 * {range} + case_id, case_id, held_by, phone FROM seeds""",
    """INSERT INTO search_terms (id, case_id, held_by, term)
        SELECT 3 * {range} + case_id, case_id, held_by, phone_end FROM seeds""",
    """INSERT INTO search_terms (id, case_id, held_by, term)
        SELECT 4 * {range} + case_id, case_id, held_by, paper FROM seeds""",
    """INSERT INTO search_terms (id, case_id, held_by, term, marks)
        SELECT 5 * {range} + s.case_id + p.place, s.case_id, s.held_by, p.term, p.marks
        FROM seeds s JOIN seed_pairs p ON p.names = s.names""",
    """INSERT INTO person_keys (id, case_id, person_id, kind, key)
        SELECT case_id, case_id, person_id, 'name_and_birth', same_name FROM seeds""",
    """INSERT INTO person_keys (id, case_id, person_id, kind, key)
        SELECT {range} + case_id, case_id, person_id, 'paper', same_paper FROM seeds""",
)


def before(kind: str) -> list[str]:
    """What makes room for the seeds in this kind of database."""
    return [one.format(**SAYS[kind]) for one in BEFORE]


def statements(kind: str) -> list[str]:
    """One statement for each pass, with `events`: how many of them each case has."""
    return [one.format(range=RANGE, **SAYS[kind]) for one in PASSES]
