package io.deltamirror.core.control;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.Standstill;
import io.deltamirror.core.state.TableProgress;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What people may ask of mirrors. It only records what is wanted; the capture worker sees that and
 * acts. Thread-safe, and any number may work on the same store.
 *
 * <p>All methods but {@link #define} and {@link #mirrors} throw {@link MirrorException} with {@code
 * MIRROR_NOT_FOUND} for a name that is not defined; all throw {@code STATE_UNAVAILABLE} when the
 * store cannot be reached.
 */
public final class MirrorControl {
  /** Tables per page, about 50 KB as JSON. */
  static final int PAGE_SIZE = 100;

  private final MirrorStore store;
  private final InstantSource clock;

  public MirrorControl(MirrorStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** All mirrors, in the order of their names. */
  public List<MirrorDefinition> mirrors() {
    return store.mirrors().stream()
        .map(name -> new MirrorState(store, name).definition())
        .flatMap(Optional::stream)
        .toList();
  }

  /** Makes a mirror or changes its definition; it does not start by that. */
  public void define(MirrorDefinition definition) {
    MirrorState state = new MirrorState(store, definition.name());
    state.definitions().put(MirrorDefinition.DOCUMENT, definition);
    state.runs().createIfAbsent(MirrorRun.DOCUMENT, MirrorRun.initial(clock.instant()));
  }

  public MirrorDefinition definition(String mirror) {
    return Optional.of(mirror)
        .filter(MirrorDefinition::isName)
        .flatMap(name -> new MirrorState(store, name).definition())
        .orElseThrow(
            () ->
                new MirrorException(
                    ErrorCode.MIRROR_NOT_FOUND, "no mirror of that name is defined"));
  }

  /** Wants it to run; nothing changes when that is wanted already. */
  public void start(String mirror) {
    want(mirror, true);
  }

  /** Wants it not to run; what is in the lake stays. */
  public void stop(String mirror) {
    want(mirror, false);
  }

  private void want(String mirror, boolean running) {
    Instant now = clock.instant();
    defined(mirror)
        .runs()
        .change(
            MirrorRun.DOCUMENT,
            present ->
                Optional.of(present.orElseGet(() -> MirrorRun.initial(now)).want(running, now)));
  }

  /**
   * Lets a failed table go on: its spool is applied in order, and what comes meanwhile after it. To
   * be asked for when the cause is mended; a table that has not failed is left as it is.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT} when the mirror has no such table, or it was
   *     never copied because it cannot be mirrored
   */
  public void resume(String mirror, TableName table) {
    Instant now = clock.instant();
    change(mirror, table, present -> present.resume("it was resumed by hand", now));
  }

  /**
   * Copies a table anew; what is readable stays so until then.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT} as {@link #resume}
   */
  public void reseed(String mirror, TableName table) {
    Instant now = clock.instant();
    change(
        mirror,
        table,
        present ->
            present.at(present.seed(), SeedStage.REQUESTED)
                ? present
                : present.reseed(
                    present.schema().orElseThrow(), "a reseed was asked for by hand", now));
  }

  private void change(String mirror, TableName table, UnaryOperator<TableState> step) {
    MirrorState state = defined(mirror);
    TableState found =
        state.tables().list(TableState.PREFIX).stream()
            .filter(present -> present.name().equals(table))
            // Of a table that was dropped and one made anew, the present one.
            .min(Comparator.comparing(MirrorControl::isGone))
            .filter(present -> present.seed() > 0 && present.schema().isPresent())
            .orElseThrow(
                () ->
                    new MirrorException(
                        ErrorCode.INVALID_ARGUMENT,
                        "the mirror has no table " + table + " that was ever copied"));
    state.tables().update(TableState.document(found.oid()), step);
  }

  private static boolean isGone(TableState table) {
    return table.status() == TableStatus.STOPPED
        || table
            .fault()
            .filter(fault -> fault.code() == ErrorCode.TABLE_DOES_NOT_EXIST)
            .isPresent();
  }

  public MirrorReport status(String mirror) {
    MirrorState state = defined(mirror);
    Instant now = clock.instant();
    return MirrorReport.of(
        run(state),
        state.identity(),
        state.standstills().list(Standstill.PREFIX).stream()
            .filter(standstill -> standstill.holds(now))
            .toList());
  }

  /**
   * A page of the mirror's tables, at most {@value #PAGE_SIZE}.
   *
   * @param continuationToken of the page before; empty for the first
   * @throws MirrorException {@code INVALID_ARGUMENT} for a token that was not given out
   */
  public TablePage tables(String mirror, Optional<String> continuationToken) {
    MirrorState state = defined(mirror);
    Optional<PageKey> after = continuationToken.map(PageKey::parse);
    List<TableState> rest =
        state.tables().list(TableState.PREFIX).stream()
            .filter(table -> after.isEmpty() || PageKey.of(table).compareTo(after.get()) > 0)
            .sorted(Comparator.comparing(PageKey::of))
            .toList();
    List<TableState> page = rest.subList(0, Math.min(PAGE_SIZE, rest.size()));
    Optional<String> next =
        page.size() < rest.size()
            ? Optional.of(PageKey.of(page.get(page.size() - 1)).token())
            : Optional.empty();
    return new TablePage(reports(state, page), next);
  }

  private List<TableReport> reports(MirrorState state, List<TableState> tables) {
    boolean stopped = run(state).phase() == Phase.STOPPED;
    Map<Long, TableProgress> progress =
        state.progress().list(TableProgress.PREFIX).stream()
            .collect(Collectors.toMap(TableProgress::oid, Function.identity()));
    return tables.stream()
        .map(
            table ->
                TableReport.of(
                    table,
                    progress.getOrDefault(table.oid(), TableProgress.none(table.oid())),
                    stopped))
        .toList();
  }

  private MirrorRun run(MirrorState state) {
    return state.run().orElseGet(() -> MirrorRun.initial(clock.instant()));
  }

  private MirrorState defined(String mirror) {
    return new MirrorState(store, definition(mirror).name());
  }
}
