package io.deltamirror.functions;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.Standstill;
import io.deltamirror.core.storage.StorageErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down which invocations fail, for people: the host repeats them without a word, and a
 * mirror would look well while nothing moves. Thread-safe.
 */
final class Standstills {
  private static final Logger LOG = LoggerFactory.getLogger(Standstills.class);

  private final MirrorStore store;
  private final InstantSource clock;

  /** Parts that nothing is written down of; others may be left from an earlier process. */
  private final Set<String> moving = ConcurrentHashMap.newKeySet();

  Standstills(MirrorStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** An invocation; {@code E} is what it may throw. */
  interface Invocation<E extends Exception> {
    void run() throws E;
  }

  /**
   * Runs an invocation; its failure is written down and thrown.
   *
   * @param mirrors that wait for it
   */
  <E extends Exception> void watch(
      Supplier<Collection<String>> mirrors, String part, Invocation<E> work) throws E {
    try {
      work.run();
    } catch (Exception e) {
      moving.remove(part);
      stands(mirrors, part, e);
      throw e;
    }
    if (moving.add(part)) {
      moves(mirrors, part);
    }
  }

  private void stands(Supplier<Collection<String>> mirrors, String part, Exception e) {
    Fault fault = fault(e);
    LOG.warn("{} stands still: {} {}", part, fault.code(), fault.message());
    try {
      for (String mirror : mirrors.get()) {
        new MirrorState(store, mirror)
            .standstills()
            .change(
                Standstill.document(part),
                present ->
                    Optional.of(
                        present
                            .filter(before -> before.fault().code() == fault.code())
                            .map(before -> before.seenAgain(fault.at()))
                            .orElseGet(() -> new Standstill(part, fault, fault.at()))));
      }
    } catch (MirrorException unavailable) {
      LOG.warn("that cannot be written down: {}", unavailable.getMessage());
    }
  }

  private void moves(Supplier<Collection<String>> mirrors, String part) {
    try {
      mirrors
          .get()
          .forEach(
              mirror ->
                  new MirrorState(store, mirror).standstills().delete(Standstill.document(part)));
    } catch (MirrorException unavailable) {
      moving.remove(part); // next time
    }
  }

  private Fault fault(Exception e) {
    if (e instanceof IOException io) {
      return Fault.of(StorageErrors.of("the lake fails", io), clock.instant());
    }
    if (e instanceof UncheckedIOException unchecked) {
      return fault(unchecked.getCause());
    }
    return e instanceof MirrorException
        ? Fault.of(e, clock.instant())
        : new Fault(ErrorCode.INTERNAL, e.toString(), clock.instant());
  }
}
