// The workload in pgx's own ways: one line of JSON a step. Where to connect stands in libpq's environment.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

type statement struct {
	SQL        string `json:"sql"`
	Parameters []any  `json:"parameters"`
	Code       string `json:"code"`
}

var (
	ctx      = context.Background()
	workload struct {
		Steps      []string    `json:"steps"`
		Statements []statement `json:"statements"`
		Errors     []statement `json:"errors"`
	}
	acts map[string]func(*pgx.Conn) []any
)

func init() {
	acts = map[string]func(*pgx.Conn) []any{
		"statements": statements, "prepared": prepared, "transactions": transactions, "copy": copies,
		"large rows": largeRows, "batches": batches, "pipeline": pipeline, "cancel": cancels,
		"notifications": notifications, "errors": failures, "reconnect": reconnect,
	}
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	must(err)
	must(json.Unmarshal(text, &workload))
	connection := connect()
	out := json.NewEncoder(os.Stdout)
	for _, step := range workload.Steps {
		must(out.Encode(map[string]any{"step": step, "result": acts[step](connection)}))
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func connect() *pgx.Conn {
	connection, err := pgx.Connect(ctx, "")
	must(err)
	return connection
}

// A number of JSON is what PostgreSQL would take it for, in these statements an integer.
func native(value any) any {
	switch value := value.(type) {
	case float64:
		return int64(value)
	case []any:
		all := make([]int32, len(value))
		for at, each := range value {
			all[at] = int32(each.(float64))
		}
		return all
	}
	return value
}

type queryer interface {
	Query(context.Context, string, ...any) (pgx.Rows, error)
}

func ask(on queryer, sql string, parameters ...any) (map[string]any, error) {
	rows, err := on.Query(ctx, sql, parameters...)
	if err != nil {
		return nil, err
	}
	columns := []string{}
	for _, field := range rows.FieldDescriptions() {
		columns = append(columns, fmt.Sprint(field.Name, " ", field.DataTypeOID, " ", field.Format))
	}
	all := [][]string{}
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return nil, err
		}
		row := make([]string, len(values))
		for at, value := range values {
			row[at] = fmt.Sprintf("%T %v", value, value)
		}
		all = append(all, row)
	}
	return map[string]any{"columns": columns, "rows": all, "tag": rows.CommandTag().String()}, rows.Err()
}

func query(on queryer, sql string, parameters ...any) map[string]any {
	answer, err := ask(on, sql, parameters...)
	must(err)
	return answer
}

func stateOf(err error) string {
	var failure *pgconn.PgError
	if err == nil {
		return "it did not fail"
	}
	if !errors.As(err, &failure) {
		panic(err)
	}
	return failure.Code
}

func failing(on queryer, sql string, parameters ...any) string {
	_, err := ask(on, sql, parameters...)
	return stateOf(err)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprint(len(text), " ", hex.EncodeToString(sum[:]))
}

func statements(connection *pgx.Conn) (seen []any) {
	for _, each := range workload.Statements {
		parameters := []any{}
		for _, value := range each.Parameters {
			parameters = append(parameters, native(value))
		}
		seen = append(seen, query(connection, each.SQL, parameters...))
		if len(parameters) == 0 {
			seen = append(seen, query(connection, each.SQL, pgx.QueryExecModeSimpleProtocol))
		}
	}
	return seen
}

func prepared(connection *pgx.Conn) (seen []any) {
	description, err := connection.Prepare(ctx, "by id", "SELECT id, words FROM series WHERE id = $1::int")
	must(err)
	seen = append(seen, fmt.Sprint(description.ParamOIDs))
	for _, id := range []int{1, 20_000, 30_000} {
		seen = append(seen, query(connection, "by id", id))
	}
	must(connection.Deallocate(ctx, "by id"))
	must(connection.DeallocateAll(ctx))
	return append(seen, query(connection, "SELECT id FROM series WHERE id = $1", 3))
}

func transactions(connection *pgx.Conn) (seen []any) {
	insert := "INSERT INTO ledger VALUES ($1, 'ann', $2)"
	query(connection, "TRUNCATE ledger")
	must(pgx.BeginFunc(ctx, connection, func(outer pgx.Tx) error {
		query(outer, insert, 1, 1)
		err := pgx.BeginFunc(ctx, outer, func(inner pgx.Tx) error {
			query(inner, insert, 2, 2)
			_, err := ask(inner, insert, 1, 1)
			return err
		})
		seen = append(seen, stateOf(err))
		query(outer, insert, 3, 3)
		return nil
	}))
	options := pgx.TxOptions{IsoLevel: pgx.Serializable, AccessMode: pgx.ReadOnly, DeferrableMode: pgx.Deferrable}
	must(pgx.BeginTxFunc(ctx, connection, options, func(tx pgx.Tx) error {
		seen = append(seen, query(tx, "SELECT * FROM ledger ORDER BY id"))
		return nil
	}))
	tx, err := connection.BeginTx(ctx, options)
	must(err)
	seen = append(seen, failing(tx, insert, 4, 4), failing(tx, "SELECT 1"))
	must(tx.Rollback(ctx))
	return append(seen, query(connection, "SELECT * FROM ledger ORDER BY id"))
}

func copies(connection *pgx.Conn) (seen []any) {
	query(connection, "TRUNCATE copied")
	rows := make([][]any, 5_000)
	for n := range rows {
		rows[n] = []any{n, fmt.Sprintf("words of %d\t\\ größer 🌲", n), bytes.Repeat([]byte{byte(n)}, n%50)}
	}
	count, err := connection.CopyFrom(ctx, pgx.Identifier{"copied"}, []string{"id", "words", "raw"}, pgx.CopyFromRows(rows))
	must(err)
	low := connection.PgConn()
	lines := strings.NewReader("-1,\"a, \"\"b\"\"\",\n-2,,\n")
	tag, err := low.CopyFrom(ctx, lines, "COPY copied FROM STDIN (FORMAT csv)")
	must(err)
	var out bytes.Buffer
	_, err = low.CopyTo(ctx, &out, "COPY (SELECT * FROM copied ORDER BY id) TO STDOUT")
	must(err)
	_, failed := low.CopyFrom(ctx, strings.NewReader("1\ttoo few\n"), "COPY copied FROM STDIN")
	return append(seen, count, tag.String(), digest(out.String()), stateOf(failed))
}

func largeRows(connection *pgx.Conn) (seen []any) {
	query(connection, "TRUNCATE big")
	query(connection, "INSERT INTO big VALUES (1, $1, $2)", strings.Repeat("größer ", 700_000), bytes.Repeat([]byte{7}, 3_000_000))
	for _, sql := range []string{"SELECT * FROM big", "SELECT * FROM series ORDER BY id"} {
		seen = append(seen, digest(fmt.Sprint(query(connection, sql))))
	}
	return seen
}

// pgx has no cursors of its own: those of SQL.
func batches(connection *pgx.Conn) (seen []any) {
	must(pgx.BeginFunc(ctx, connection, func(tx pgx.Tx) error {
		query(tx, "DECLARE many CURSOR FOR SELECT * FROM series ORDER BY id")
		for {
			rows := query(tx, "FETCH FORWARD 3000 FROM many")["rows"].([][]string)
			if len(rows) == 0 {
				break
			}
			seen = append(seen, len(rows), rows[len(rows)-1])
		}
		query(tx, "CLOSE many")
		return nil
	}))
	return seen
}

func pipeline(connection *pgx.Conn) (seen []any) {
	batch := &pgx.Batch{}
	for n := range 100 {
		batch.Queue("SELECT $1::int + 1", n).QueryRow(func(row pgx.Row) error {
			var next int
			defer func() { seen = append(seen, next) }()
			return row.Scan(&next)
		})
	}
	must(connection.SendBatch(ctx, batch).Close())
	failing := &pgx.Batch{}
	failing.Queue("INSERT INTO ledger VALUES (900, 'x', 1)")
	failing.Queue("SELECT 1 / 0")
	failing.Queue("SELECT 2")
	seen = append(seen, stateOf(connection.SendBatch(ctx, failing).Close()))
	return append(seen, query(connection, "SELECT count(*) FROM ledger WHERE id = 900"))
}

func cancels(connection *pgx.Conn) (seen []any) {
	done := make(chan struct{})
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for {
			select {
			case <-done:
				return
			case <-time.After(200 * time.Millisecond):
				must(connection.PgConn().CancelRequest(ctx))
			}
		}
	}()
	seen = append(seen, failing(connection, "SELECT pg_sleep(60)"))
	close(done)
	<-gone
	_, _ = ask(connection, "SELECT 1") // one on its way may hit it
	return append(seen, query(connection, "SELECT 1"))
}

func notifications(connection *pgx.Conn) (seen []any) {
	query(connection, "LISTEN news")
	other := connect()
	payloads := []string{"one", "two größer", ""}
	for _, payload := range payloads {
		query(other, "SELECT pg_notify('news', $1)", payload)
	}
	must(other.Close(ctx))
	for range payloads {
		notification, err := connection.WaitForNotification(ctx)
		must(err)
		seen = append(seen, notification.Channel, notification.Payload)
	}
	query(connection, "UNLISTEN news")
	return seen
}

func failures(connection *pgx.Conn) (seen []any) {
	for _, each := range workload.Errors {
		code := failing(connection, each.SQL)
		if code != each.Code {
			panic(fmt.Sprint(each.SQL, " gives ", code))
		}
		seen = append(seen, code, query(connection, "SELECT 1")["rows"])
	}
	return seen
}

func reconnect(connection *pgx.Conn) []any {
	must(connection.Close(ctx))
	again := connect()
	defer again.Close(ctx)
	return []any{connection.IsClosed(), query(again, "SELECT count(*) FROM series")}
}
