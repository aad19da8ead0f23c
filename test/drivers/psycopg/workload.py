"""The workload in psycopg's own ways: one line of JSON a step. Where to connect stands in libpq's environment."""

import hashlib
import json
import sys
import threading

import psycopg

with open(sys.argv[1], encoding="utf-8") as file:
    workload = json.load(file)


def plain(value):
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value if value is None or isinstance(value, (bool, int, str)) else repr(value)


def digest(text):
    return f"{len(text)} {hashlib.sha256(text.encode()).hexdigest()}"


def connect():
    return psycopg.connect("", autocommit=True, cursor_factory=psycopg.RawCursor)


def query(connection, sql, parameters=None, **more):
    cursor = connection.execute(sql, parameters, **more)
    columns = [[column.name, column.type_code] for column in cursor.description or []]
    rows = plain(cursor.fetchall()) if cursor.description is not None else []
    return {"columns": columns, "rows": rows, "count": cursor.rowcount, "status": cursor.statusmessage}


def state_of(act, *args):
    try:
        act(*args)
    except psycopg.Error as error:
        return error.sqlstate
    return "it did not fail"


def statements(connection):
    for each in workload["statements"]:
        yield query(connection, each["sql"], each.get("parameters"))


def prepared(connection):
    sql = "SELECT id, words FROM series WHERE id = $1::int"
    for id in (1, 20_000, 30_000):
        yield query(connection, sql, [id], prepare=True)
    yield query(connection, sql, [1], binary=True)


def transactions(connection):
    query(connection, "TRUNCATE ledger")
    insert = "INSERT INTO ledger VALUES ($1, 'ann', $1)"
    with connection.transaction():
        query(connection, insert, [1])
        try:
            with connection.transaction():
                query(connection, insert, [2])
                query(connection, insert, [1])
        except psycopg.errors.UniqueViolation as error:
            yield error.sqlstate
        with connection.transaction():
            query(connection, insert, [3])
    connection.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
    connection.read_only = True
    with connection.transaction():
        yield query(connection, "SELECT * FROM ledger ORDER BY id")
        yield query(connection, "SHOW transaction_isolation")
    yield state_of(query, connection, insert, [4]) if connection.autocommit else None
    connection.isolation_level = connection.read_only = None
    with connection.transaction(force_rollback=True):
        query(connection, "DELETE FROM ledger")
    with connection.cursor() as cursor:
        cursor.executemany(insert, [[id] for id in range(10, 60)])
        yield cursor.rowcount
    yield query(connection, "SELECT count(*), sum(amount) FROM ledger")


def copy(connection):
    query(connection, "TRUNCATE copied")
    rows = [(n, f"words of {n}\t\\ größer 🌲", bytes([n % 256]) * (n % 50)) for n in range(5_000)]
    with connection.cursor() as cursor:
        with cursor.copy("COPY copied FROM STDIN") as out:
            for row in rows:
                out.write_row(row)
        with cursor.copy("COPY copied FROM STDIN (FORMAT BINARY)") as out:
            out.set_types(["int4", "text", "bytea"])
            for row in rows:
                out.write_row(row)
        with cursor.copy("COPY (SELECT * FROM copied ORDER BY id) TO STDOUT") as data:
            yield digest("".join(bytes(chunk).decode() for chunk in data))
        with cursor.copy("COPY copied TO STDOUT (FORMAT BINARY)") as data:
            yield digest("".join(bytes(chunk).hex() for chunk in data))

    def refused():
        with connection.cursor() as cursor, cursor.copy("COPY copied FROM STDIN") as out:
            out.write("1\ttoo few\n")

    yield state_of(refused)


def large_rows(connection):
    query(connection, "TRUNCATE big")
    query(connection, "INSERT INTO big VALUES (1, $1, $2)", ["größer " * 700_000, b"\7" * 3_000_000])
    yield digest(json.dumps(query(connection, "SELECT * FROM big")))
    yield digest(json.dumps(query(connection, "SELECT * FROM series ORDER BY id")))


def batches(connection):
    with connection.transaction(), psycopg.RawServerCursor(connection, "many") as cursor:
        cursor.execute("SELECT * FROM series WHERE id > $1 ORDER BY id", [10])
        while rows := cursor.fetchmany(3_000):
            yield [len(rows), plain(rows[-1])]
    with psycopg.RawServerCursor(connection, "kept", scrollable=True, withhold=True) as cursor:
        cursor.execute("SELECT id FROM series ORDER BY id")
        cursor.scroll(100)
        yield plain(cursor.fetchone())


def pipeline(connection):
    with connection.pipeline():
        cursors = [connection.execute("SELECT $1::int + 1", [n]) for n in range(100)]
        yield [cursor.fetchone()[0] for cursor in cursors]

    def fails():
        with connection.pipeline():
            connection.execute("INSERT INTO ledger VALUES (900, 'x', 1)")
            connection.execute("SELECT 1 / 0")
            connection.execute("SELECT 2")

    yield state_of(fails)
    yield query(connection, "SELECT count(*) FROM ledger WHERE id = 900")


def cancel(connection):
    done = threading.Event()

    def insist():
        while not done.wait(0.2):
            connection.cancel_safe()

    canceller = threading.Thread(target=insist)
    canceller.start()
    yield state_of(query, connection, "SELECT pg_sleep(60)")
    done.set()
    canceller.join()
    yield state_of(query, connection, "SELECT 1") in ("it did not fail", "57014")  # one on its way may hit it
    yield query(connection, "SELECT 1")


def notifications(connection):
    query(connection, "LISTEN news")
    with connect() as other:
        for payload in ("one", "two größer", ""):
            query(other, "SELECT pg_notify('news', $1)", [payload])
    yield [notice.payload for notice in connection.notifies(timeout=10, stop_after=3)]
    query(connection, "UNLISTEN news")


def errors(connection):
    for each in workload["errors"]:
        seen = state_of(query, connection, each["sql"], each.get("parameters"))
        assert seen == each["code"], f"{each['sql']} gives {seen}"
        yield [seen, query(connection, "SELECT 1")["rows"]]
    notices = []
    connection.add_notice_handler(lambda notice: notices.append([notice.sqlstate, notice.severity]))
    query(connection, "DROP TABLE IF EXISTS nowhere")
    yield notices


def reconnect(connection):
    connection.close()
    with connect() as again:
        yield query(again, "SELECT count(*) FROM series")


with connect() as connection:
    for name in workload["steps"]:
        step = globals()[name.replace(" ", "_")]
        print(json.dumps({"step": name, "result": list(step(connection))}), flush=True)
