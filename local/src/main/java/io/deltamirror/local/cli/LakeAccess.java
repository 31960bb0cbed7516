package io.deltamirror.local.cli;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.control.MirrorReport;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.deadletter.DeadLetter;
import io.deltamirror.core.deadletter.DeadLetters;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LocalLakeStorage;
import io.deltamirror.functions.DeadLetterDesk;
import io.deltamirror.lake.apply.DeadLetterReplay;
import io.deltamirror.lake.delta.DeltaTables;
import io.deltamirror.local.stack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A mirror through its state and its lake on this machine. */
final class LakeAccess implements MirrorAccess {
  private final MirrorStore store;
  private final MirrorControl control;
  private final DeadLetterDesk desk;
  private final String mirror;

  private LakeAccess(MirrorStore store, LakeStorage lake, String mirror) {
    Clock clock = Clock.systemUTC();
    this.store = store;
    this.control = new MirrorControl(store, clock);
    DeadLetters letters = new DeadLetters(lake, clock);
    this.desk =
        new DeadLetterDesk(
            control,
            letters,
            new DeadLetterReplay(lake, store, new DeltaTables(lake, 1), letters, clock));
    this.mirror = mirror;
  }

  /**
   * Opens it.
   *
   * @throws MirrorException {@code MIRROR_NOT_FOUND} when there is no state in that folder
   */
  static LakeAccess open(Path lake, Path state, String mirror) throws IOException {
    Path file = LocalStack.stateFile(state);
    if (!Files.exists(file)) {
      throw new MirrorException(ErrorCode.MIRROR_NOT_FOUND, "there is no state in " + state);
    }
    LakeStorage storage = new LocalLakeStorage(lake);
    return new LakeAccess(new SqliteMirrorStore(file), storage, mirror);
  }

  @Override
  public MirrorReport status() {
    return control.status(mirror).withDeadLetters(desk.count(mirror));
  }

  @Override
  public List<TableReport> tables() {
    return Watch.tables(control, mirror);
  }

  @Override
  public void resume(TableName table) {
    control.resume(mirror, table);
  }

  @Override
  public void reseed(TableName table) {
    control.reseed(mirror, table);
  }

  @Override
  public List<DeadLetter> deadLetters() {
    List<DeadLetter> letters = new ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      DeadLetterDesk.Page page = desk.list(mirror, token);
      letters.addAll(page.data());
      token = page.continuationToken();
    } while (token.isPresent());
    return letters;
  }

  @Override
  public DeadLetter deadLetter(String id) {
    return desk.show(mirror, id);
  }

  @Override
  public DeadLetterReplay.Result replay(String id) {
    return desk.replay(mirror, id);
  }

  @Override
  public DeadLetter discard(String id) {
    return desk.discard(mirror, id);
  }

  @Override
  public void close() {
    store.close();
  }
}
