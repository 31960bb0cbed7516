package io.deltamirror.core;

import com.fasterxml.jackson.annotation.JsonAlias;

/**
 * Every failure a person can meet, by a stable name: what it means and what to do about it. The
 * names appear in the status, in HTTP answers and in {@code docs/errors.md}; they are never reused.
 */
public enum ErrorCode {
  INVALID_ARGUMENT("The request is not valid.", "Correct the named argument and try again.", false),
  SECRET_MISSING(
      "No password was found for the source.",
      "Set PGPASSWORD, add a line to ~/.pgpass, or name an environment variable in the definition.",
      false),
  SOURCE_UNREACHABLE(
      "The source does not answer.",
      "Check host, port and firewall, and that PostgreSQL is running.",
      true),
  SOURCE_AUTHENTICATION(
      "The source refused the user or the password.", "Check user and password.", false),
  SOURCE_DATABASE_MISSING(
      "The source has no database of that name.", "Check the database in the source URI.", false),
  SOURCE_VERSION("The source is older than PostgreSQL 14.", "Use PostgreSQL 14 to 18.", false),
  SOURCE_WAL_LEVEL(
      "The source does not write logical WAL.",
      "Set wal_level = logical and restart PostgreSQL.",
      false),
  SOURCE_STANDBY(
      "The source is a standby: it takes no publication.",
      "Mirror the primary, and name it in the source URI.",
      false),
  SOURCE_SLOTS(
      "The source has no free replication slot or WAL sender.",
      "Raise max_replication_slots and max_wal_senders, or drop unused slots.",
      false),
  SOURCE_ROLE(
      "The role may not replicate or read what is to be mirrored.",
      "Run the statements that `mirror grants` prints.",
      false),
  SOURCE_PUBLICATION(
      "The role may not add the tables to the mirror's publication.",
      "Make the role a member of the tables' owners, or have an admin run the publication"
          + " statements that `mirror grants` prints.",
      false),
  SOURCE_SLOT_IN_USE(
      "Another process reads the mirror's replication slot.",
      "Stop the other worker, or wait until its connection has ended.",
      true),
  SOURCE_FAILED("The source refused a statement.", "Read the cause; it is PostgreSQL's own.", true),
  MIRROR_NOT_FOUND("There is no such mirror.", "List the mirrors and check the name.", false),
  MIRROR_CONFLICT(
      "The mirror was changed by someone else meanwhile.", "Read it again and retry.", true),
  TABLE_DOES_NOT_EXIST("The table no longer exists on the source.", "Remove it.", false),
  @JsonAlias("UNSUPPORTED_REPLICA_IDENTITY") // of an earlier version, in what it has stored
  NO_PRIMARY_KEY(
      "An earlier version refused the table: it had no primary key, or a replica identity that is"
          + " not its primary key.",
      "None: it is mirrored by itself, inserts only unless it has REPLICA IDENTITY FULL.",
      false),
  NOT_REGULAR_TABLE(
      "The WAL does not have its rows: a view, a foreign, unlogged or temporary table, or one without"
          + " columns. Or its names are not in UTF-8.",
      "Exclude it, or mirror its base table; ALTER TABLE … SET LOGGED for an unlogged one; rename"
          + " what is not in UTF-8.",
      false),
  UNSUPPORTED_DATA_TYPE(
      "A batch has a column in a form that this version of the mirror does not know: a later"
          + " version wrote it.",
      "Update the functions to the version of the capture worker. Then replay the batch with"
          + " `mirror dead-letters`, or reseed the table.",
      false),
  UNREPRESENTABLE_VALUE(
      "A value cannot be held by the mirror's column type without loss.",
      "None: the table is reseeded by itself, with that column as text.",
      false),
  VALUE_TOO_LARGE(
      "A value is larger than the mirror carries: 16 MiB as text.",
      "Shorten or move the value on the source, then reseed the table.",
      false),
  TEXT_NOT_UTF8(
      "A text is not in UTF-8, as a database in SQL_ASCII lets anything in.",
      "Correct the value on the source, then reseed the table.",
      false),
  KEY_NOT_LOGGED(
      "PostgreSQL wrote an UPDATE to its WAL without the row's key, as 14.0 and 14.1 do with keys of"
          + " some kilobytes.",
      "Update PostgreSQL to its last minor version, or set REPLICA IDENTITY FULL; then reseed the"
          + " table.",
      false),
  MALFORMED_EVENT(
      "An event in the hub cannot be used: it is damaged, or not what it says it is.",
      "Look at it with `mirror dead-letters`. Mend the cause and replay it, or reseed the table; no"
          + " other table is affected.",
      false),
  DEAD_LETTER_NOT_FOUND(
      "There is no such dead letter.", "List them with `mirror dead-letters`.", false),
  GAP_IN_STREAM(
      "Changes of this table are missing between two batches.",
      "None: the table is reseeded by itself.",
      true),
  SHAPE_CHANGED(
      "The table's shape changed on the source, and its rows in the mirror cannot follow.",
      "None: the table is reseeded by itself.",
      true),
  STALE_WRITER(
      "A batch came from a capture worker that is no longer the owner.",
      "None: the owner sends the same changes again.",
      true),
  COPY_FAILED("The initial copy of the table failed.", "None: it starts anew by itself.", true),
  TABLE_REWRITTEN(
      "The table was rewritten or truncated while it was being copied.",
      "None: the copy starts anew by itself.",
      true),
  LAKE_TABLE_FOREIGN(
      "The table's folder in the lake holds something that this mirror did not write.",
      "Move it away, or choose another lake; then reseed the table.",
      false),
  COMMIT_CONFLICT("Another writer committed to the table at the same time.", "None.", true),
  STORAGE_UNAVAILABLE("The lake's storage does not answer.", "Check the storage account.", true),
  STORAGE_FULL("The lake's storage is full.", "Free space or raise the quota.", true),
  STATE_UNAVAILABLE("The state store does not answer.", "Check the storage account.", true),
  STATE_IN_USE(
      "The state's folder cannot be used by this process.",
      "Stop the other process that works in it, or use another folder.",
      false),
  HUB_UNAVAILABLE("Event Hubs does not answer.", "Check the namespace and the identity.", true),
  HUB_FULL("An event is larger than the hub takes.", "None: it is sent by reference.", false),
  INTERNAL("Something happened that should not.", "Report it with the log around it.", false);

  private final String summary;
  private final String remedy;
  private final boolean retriable;

  ErrorCode(String summary, String remedy, boolean retriable) {
    this.summary = summary;
    this.remedy = remedy;
    this.retriable = retriable;
  }

  /** What it means, in one sentence. */
  public String summary() {
    return summary;
  }

  /** What a person can do. */
  public String remedy() {
    return remedy;
  }

  /** Whether the same call may succeed later without anyone changing anything. */
  public boolean retriable() {
    return retriable;
  }
}
