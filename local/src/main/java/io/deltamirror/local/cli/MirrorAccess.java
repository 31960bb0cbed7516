package io.deltamirror.local.cli;

import io.deltamirror.core.control.MirrorReport;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.deadletter.DeadLetter;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.lake.apply.DeadLetterReplay;
import java.util.List;

/** A mirror as commands see it: over HTTP where it runs, or through the files of its lake. */
interface MirrorAccess extends AutoCloseable {
  MirrorReport status() throws InterruptedException;

  List<TableReport> tables() throws InterruptedException;

  void resume(TableName table) throws InterruptedException;

  void reseed(TableName table) throws InterruptedException;

  /** All of them, in the order of their ids. */
  List<DeadLetter> deadLetters() throws InterruptedException;

  DeadLetter deadLetter(String id) throws InterruptedException;

  DeadLetterReplay.Result replay(String id) throws InterruptedException;

  /** Removes the letter and returns what it was. */
  DeadLetter discard(String id) throws InterruptedException;

  @Override
  void close();
}
