package io.deltamirror.worker;

import io.deltamirror.worker.stream.EventSink;
import io.deltamirror.worker.stream.ReplicationSource;
import io.deltamirror.worker.stream.SeedMarks;

/**
 * The half of a capture worker that brings tables in and seeds them; the other half is the stream.
 * Made anew for each start of a mirror. Every failure may be thrown: the worker then stops both
 * halves and starts them again after a while.
 */
public interface Seeding {

  /**
   * Makes publications and slot ready, and says what the stream is to read. A slot that had to be
   * made, or another server behind the same name, begins a new generation. Called before the stream
   * starts; repeating it changes nothing.
   *
   * @param hub that takes the changes
   */
  ReplicationSource prepare(EventSink hub);

  /**
   * Brings tables in and seeds them until the thread is interrupted. Called once the stream runs,
   * in a thread of its own.
   */
  void run(SeedMarks marks) throws InterruptedException;
}
