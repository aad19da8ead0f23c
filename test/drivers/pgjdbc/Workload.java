import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.*;
import java.util.*;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** The workload in pgjdbc's own ways: one line of JSON a step. Where to connect stands in libpq's environment. */
public class Workload {
  interface Act { Object run(Connection connection) throws Exception; }

  interface Try { void run() throws Exception; }

  static final Gson gson = new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
  static JsonObject workload;

  public static void main(String[] args) throws Exception {
    workload = JsonParser.parseString(Files.readString(Path.of(args[0]))).getAsJsonObject();
    var acts = new HashMap<String, Act>();
    acts.put("statements", Workload::statements);
    acts.put("prepared", Workload::prepared);
    acts.put("transactions", Workload::transactions);
    acts.put("copy", Workload::copy);
    acts.put("large rows", Workload::largeRows);
    acts.put("batches", Workload::batches);
    acts.put("pipeline", Workload::pipeline);
    acts.put("cancel", Workload::cancel);
    acts.put("notifications", Workload::notifications);
    acts.put("errors", Workload::errors);
    acts.put("reconnect", Workload::reconnect);
    var connection = connect("extended");
    print("metadata", metadata(connection));
    for (var step : workload.getAsJsonArray("steps")) print(step.getAsString(), acts.get(step.getAsString()).run(connection));
  }

  static void print(String step, Object result) {
    var line = new LinkedHashMap<String, Object>();
    line.put("step", step);
    line.put("result", result);
    System.out.println(gson.toJson(line));
  }

  static Connection connect(String mode) throws SQLException {
    var env = System.getenv();
    var with = new Properties();
    with.put("user", env.get("PGUSER"));
    with.put("password", env.get("PGPASSWORD"));
    with.put("sslmode", env.get("PGSSLMODE"));
    with.put("sslrootcert", env.get("PGSSLROOTCERT"));
    with.put("preferQueryMode", mode);
    with.put("prepareThreshold", "2"); // named statements from the second time on
    with.put("ApplicationName", "workload");
    return DriverManager.getConnection("jdbc:postgresql://" + env.get("PGHOST") + ":" + env.get("PGPORT") + "/" + env.get("PGDATABASE"), with);
  }

  static Object plain(Object value) throws SQLException {
    if (value instanceof byte[] bytes) return HexFormat.of().formatHex(bytes);
    if (value instanceof java.sql.Array array) return Arrays.deepToString((Object[]) array.getArray());
    return value == null ? null : value.getClass().getSimpleName() + " " + value;
  }

  static List<Object> rows(ResultSet set) throws SQLException {
    var all = new ArrayList<Object>();
    var meta = set.getMetaData();
    while (set.next()) {
      var row = new ArrayList<Object>();
      for (int at = 1; at <= meta.getColumnCount(); at++) row.add(plain(set.getObject(at)));
      all.add(row);
    }
    return all;
  }

  static Object answer(Statement statement, boolean isQuery) throws SQLException {
    if (!isQuery) return statement.getUpdateCount();
    var set = statement.getResultSet();
    var columns = new ArrayList<String>();
    var meta = set.getMetaData();
    for (int at = 1; at <= meta.getColumnCount(); at++) columns.add(meta.getColumnLabel(at) + " " + meta.getColumnTypeName(at));
    return List.of(columns, rows(set));
  }

  static Object query(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      return answer(statement, statement.execute(sql));
    }
  }

  /** Parameters of the workload come in their order, so `$1` becomes `?`. */
  static Object query(Connection connection, String sql, JsonArray parameters) throws SQLException {
    if (parameters == null) return query(connection, sql);
    try (var statement = connection.prepareStatement(sql.replaceAll("\\$\\d", "?"))) {
      int at = 1;
      for (JsonElement each : parameters) {
        if (each.isJsonNull()) statement.setNull(at, Types.VARCHAR);
        else if (each.isJsonArray()) statement.setArray(at, connection.createArrayOf("int4", gson.fromJson(each, Integer[].class)));
        else if (each.getAsJsonPrimitive().isNumber()) statement.setInt(at, each.getAsInt());
        else if (each.getAsJsonPrimitive().isBoolean()) statement.setBoolean(at, each.getAsBoolean());
        else statement.setString(at, each.getAsString());
        at++;
      }
      return answer(statement, statement.execute());
    }
  }

  static String stateOf(Try act) throws Exception {
    try {
      act.run();
    } catch (SQLException error) {
      return error.getSQLState();
    }
    return "it did not fail";
  }

  static String digest(byte[] bytes) throws Exception {
    return bytes.length + " " + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  static Object statements(Connection connection) throws Exception {
    var seen = new ArrayList<Object>();
    try (var simple = connect("simple")) {
      for (var on : List.of(connection, simple))
        for (var each : workload.getAsJsonArray("statements"))
          seen.add(query(on, each.getAsJsonObject().get("sql").getAsString(), each.getAsJsonObject().getAsJsonArray("parameters")));
    }
    return seen;
  }

  static Object prepared(Connection connection) throws Exception {
    var seen = new ArrayList<Object>();
    try (var statement = connection.prepareStatement("SELECT id, words FROM series WHERE id = ?")) {
      seen.add(statement.getParameterMetaData().getParameterTypeName(1));
      for (int id : new int[] {1, 20_000, 30_000, 2, 3}) {
        statement.setInt(1, id);
        seen.add(rows(statement.executeQuery()));
      }
    }
    return seen;
  }

  static Object transactions(Connection connection) throws Exception {
    var seen = new ArrayList<Object>();
    query(connection, "TRUNCATE ledger");
    connection.setAutoCommit(false);
    query(connection, "INSERT INTO ledger VALUES (1, 'ann', 1)");
    var savepoint = connection.setSavepoint("one");
    seen.add(stateOf(() -> query(connection, "INSERT INTO ledger VALUES (1, 'ann', 1)")));
    seen.add(stateOf(() -> query(connection, "SELECT 1")));
    connection.rollback(savepoint);
    query(connection, "INSERT INTO ledger VALUES (3, 'ann', 3)");
    connection.releaseSavepoint(savepoint);
    connection.commit();
    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    connection.setReadOnly(true);
    seen.add(query(connection, "SELECT * FROM ledger ORDER BY id"));
    seen.add(stateOf(() -> query(connection, "DELETE FROM ledger WHERE id = 1")));
    connection.rollback();
    connection.setReadOnly(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    query(connection, "DELETE FROM ledger WHERE id = 3");
    connection.rollback();
    connection.setAutoCommit(true);
    seen.add(query(connection, "SELECT * FROM ledger ORDER BY id"));
    return seen;
  }

  static Object copy(Connection connection) throws Exception {
    query(connection, "TRUNCATE copied");
    var manager = connection.unwrap(PGConnection.class).getCopyAPI();
    var lines = new StringBuilder();
    for (int n = 0; n < 5_000; n++) lines.append(n).append("\twords of ").append(n).append(" größer 🌲\t\\\\x").append("ab".repeat(n % 50)).append('\n');
    var out = new ByteArrayOutputStream();
    var seen = new ArrayList<Object>();
    seen.add(manager.copyIn("COPY copied FROM STDIN", new StringReader(lines.toString())));
    seen.add(manager.copyOut("COPY (SELECT * FROM copied ORDER BY id) TO STDOUT (FORMAT csv)", out));
    seen.add(digest(out.toByteArray()));
    seen.add(stateOf(() -> manager.copyIn("COPY copied FROM STDIN", new StringReader("1\ttoo few\n"))));
    seen.add(query(connection, "SELECT count(*) FROM copied"));
    return seen;
  }

  static Object largeRows(Connection connection) throws Exception {
    query(connection, "TRUNCATE big");
    try (var statement = connection.prepareStatement("INSERT INTO big VALUES (1, ?, ?)")) {
      statement.setString(1, "größer ".repeat(700_000));
      statement.setBinaryStream(2, new ByteArrayInputStream(new byte[3_000_000]), 3_000_000);
      statement.executeUpdate();
    }
    var seen = new ArrayList<Object>();
    for (var sql : List.of("SELECT * FROM big", "SELECT * FROM series ORDER BY id"))
      seen.add(digest(query(connection, sql).toString().getBytes(StandardCharsets.UTF_8)));
    return seen;
  }

  static Object batches(Connection connection) throws Exception {
    connection.setAutoCommit(false);
    var seen = new ArrayList<Object>();
    try (var statement = connection.createStatement()) {
      statement.setFetchSize(700);
      var set = statement.executeQuery("SELECT id FROM series ORDER BY id");
      long sum = 0;
      while (set.next()) sum += set.getInt(1);
      seen.add(sum);
    }
    connection.commit();
    connection.setAutoCommit(true);
    return seen;
  }

  static Object pipeline(Connection connection) throws Exception {
    var seen = new ArrayList<Object>();
    try (var statement = connection.prepareStatement("INSERT INTO ledger VALUES (?, 'batch', ?) RETURNING id", Statement.RETURN_GENERATED_KEYS)) {
      for (int id = 100; id < 600; id++) {
        statement.setInt(1, id);
        statement.setInt(2, id == 590 ? -1 : id);
        statement.addBatch();
      }
      seen.add(stateOf(statement::executeBatch));
    }
    try (var statement = connection.createStatement()) {
      for (int id = 700; id < 710; id++) statement.addBatch("INSERT INTO ledger VALUES (" + id + ", 'x', 1)");
      seen.add(statement.executeBatch());
    }
    seen.add(query(connection, "SELECT count(*) FROM ledger WHERE id >= 100; SELECT 2"));
    return seen;
  }

  /** What tools ask of the catalog through JDBC. */
  static Object metadata(Connection connection) throws Exception {
    var seen = new ArrayList<Object>();
    var meta = connection.getMetaData();
    seen.add(meta.getDatabaseProductVersion());
    seen.add(rows(meta.getSchemas()));
    seen.add(rows(meta.getTables(null, "public", "%", new String[] {"TABLE", "VIEW"})));
    seen.add(rows(meta.getColumns(null, "public", "kinds", "%")));
    seen.add(rows(meta.getImportedKeys(null, "public", "ledger")));
    seen.add(rows(meta.getFunctions(null, "public", "%")));
    seen.add(rows(meta.getTypeInfo()).size());
    return seen;
  }

  static Object cancel(Connection connection) throws Exception {
    var seen = new ArrayList<Object>();
    try (var statement = connection.createStatement()) {
      var insisting = new Thread(() -> {
        try {
          while (true) {
            Thread.sleep(200);
            statement.cancel();
          }
        } catch (Exception over) {
          // it is done
        }
      });
      insisting.start();
      seen.add(stateOf(() -> statement.execute("SELECT pg_sleep(60)")));
      insisting.interrupt();
      insisting.join();
    }
    stateOf(() -> query(connection, "SELECT 1")); // one on its way may hit it
    seen.add(query(connection, "SELECT 1"));
    try (var statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      seen.add(stateOf(() -> statement.execute("SELECT pg_sleep(60)")));
    }
    return seen;
  }

  static Object notifications(Connection connection) throws Exception {
    query(connection, "LISTEN news");
    try (var other = connect("extended")) {
      for (var payload : List.of("one", "two größer", "")) query(other, "SELECT pg_notify('news', '" + payload + "')");
    }
    var seen = new ArrayList<Object>();
    while (seen.size() < 3)
      for (PGNotification each : connection.unwrap(PGConnection.class).getNotifications(10_000)) seen.add(each.getName() + " " + each.getParameter());
    query(connection, "UNLISTEN news");
    return seen;
  }

  static Object errors(Connection connection) throws Exception {
    var seen = new ArrayList<Object>();
    for (var each : workload.getAsJsonArray("errors")) {
      var sql = each.getAsJsonObject().get("sql").getAsString();
      var code = stateOf(() -> query(connection, sql));
      if (!code.equals(each.getAsJsonObject().get("code").getAsString())) throw new IllegalStateException(sql + " gives " + code);
      seen.add(code);
      seen.add(query(connection, "SELECT 1"));
    }
    try (var statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS nowhere");
      seen.add(statement.getWarnings().getSQLState());
    }
    return seen;
  }

  static Object reconnect(Connection connection) throws Exception {
    connection.close();
    try (var again = connect("extendedForPrepared")) {
      return List.of(connection.isClosed(), again.isValid(5), query(again, "SELECT count(*) FROM series"));
    }
  }
}
