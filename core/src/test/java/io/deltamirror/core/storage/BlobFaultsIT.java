package io.deltamirror.core.storage;

import static io.deltamirror.core.azurite.BentStorage.drop;
import static io.deltamirror.core.azurite.BentStorage.status;
import static io.deltamirror.core.azurite.BentStorage.swallow;
import static io.deltamirror.core.azurite.BentStorage.swallowThen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.azure.StorageAccount;
import io.deltamirror.core.azure.StorageLimits;
import io.deltamirror.core.azurite.Azurite;
import io.deltamirror.core.azurite.BentStorage;
import io.deltamirror.core.azurite.TestLimits;
import io.deltamirror.core.storage.LakeStorage.LakeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blob storage that fails, is late, or loses its answers: each write has its effect once. */
class BlobFaultsIT {
  private static final byte[] OURS = "ours".getBytes(StandardCharsets.UTF_8);
  private static final byte[] THEIRS = "theirs".getBytes(StandardCharsets.UTF_8);

  private final String container = Azurite.freshName("faults");
  private BentStorage bent;
  private LakeStorage direct;
  private LakeStorage lake;

  @BeforeEach
  void start() {
    Azurite azurite = Azurite.shared();
    bent = new BentStorage(azurite.blobs());
    direct = open(azurite.blobs(), TestLimits.quick());
    lake = open(bent.address(), TestLimits.quick());
  }

  @AfterEach
  void stop() {
    bent.close();
  }

  private LakeStorage open(String blobs, StorageLimits limits) {
    return open(blobs, limits, 100);
  }

  private LakeStorage open(String blobs, StorageLimits limits, int page) {
    String connection = Azurite.connection(blobs, Azurite.shared().tables());
    return new BlobLake(new StorageAccount.ByConnection(connection), container, "")
        .open(limits, page);
  }

  private static void quietly(LakeAction action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface LakeAction {
    void run() throws IOException;
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void whatThePassingFaultRefusedIsDoneAtTheNextAttempt(int status) throws IOException {
    bent.bendNext("PUT", status(status, "Busy"));
    lake.create("a", OURS);
    bent.bendNext("GET", status(status, "Busy"));
    assertThat(lake.read("a")).isEqualTo(OURS);
    bent.bendNext("HEAD", status(status, "Busy"));
    assertThat(lake.stat("a").length()).isEqualTo(4);
    bent.bendNext("GET", status(status, "Busy"));
    assertThat(lake.list("", "")).hasSize(1);
    bent.bendNext("DELETE", status(status, "Busy"));
    lake.delete("a");
    assertThat(direct.list("", "")).isEmpty();
  }

  private long listings() {
    return bent.seen().stream().filter(line -> line.contains("comp=list")).count();
  }

  @Test
  void whatIsBeforeThePathAskedForIsNotListed() throws IOException {
    for (int i = 0; i < 10; i++) {
      direct.create("log/00" + i + ".json", OURS);
    }
    LakeStorage small = open(bent.address(), TestLimits.quick(), 2);
    assertThat(small.list("log", "log/008.jso"))
        .extracting(LakeFile::path)
        .containsExactly("log/008.json", "log/009.json");
    assertThat(listings()).isEqualTo(1);
  }

  @Test
  void aServiceThatBeginsNowhereElseIsListedWhole() throws IOException {
    direct.create("log/1.json", OURS);
    direct.create("log/2.json", OURS);
    bent.bend(line -> line.contains("startFrom"), 1, status(400, "UnsupportedQueryParameter"));
    for (int i = 0; i < 2; i++) {
      assertThat(lake.list("log", "log/2"))
          .extracting(LakeFile::path)
          .containsExactly("log/2.json");
    }
    assertThat(bent.seen()).filteredOn(line -> line.contains("startFrom")).hasSize(1);
  }

  @Test
  void aDroppedConnectionIsTriedAgain() throws IOException {
    bent.bendNext("PUT", drop());
    lake.create("a", OURS);
    bent.bendNext("GET", drop());
    assertThat(lake.read("a")).isEqualTo(OURS);
  }

  @Test
  void aCreateWhoseAnswerIsLostHasSucceeded() throws IOException {
    bent.bend(line -> line.startsWith("PUT"), 2, swallow());
    lake.create("log/1.json", OURS);
    assertThat(direct.read("log/1.json")).isEqualTo(OURS);
    assertThatThrownBy(() -> lake.create("log/1.json", OURS))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void aCreateThatLosesToAnotherWhileItsAnswerIsLateHasLost() throws IOException {
    bent.bendNext("PUT", request -> quietly(() -> direct.create("log/1.json", THEIRS)));
    assertThatThrownBy(() -> lake.create("log/1.json", OURS))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(direct.read("log/1.json")).isEqualTo(THEIRS);
  }

  @Test
  void anAnswerThatIsLateIsNotWaitedFor() throws IOException {
    LakeStorage impatient = open(bent.address(), TestLimits.impatient());
    bent.bendNext("PUT", bent.hang());
    impatient.create("a", OURS);
    assertThat(direct.read("a")).isEqualTo(OURS);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 409, 412})
  void anotherRefusalOfACreateIsNotTakenForAFileThatIsThere(int status) {
    bent.bend(line -> line.startsWith("PUT"), 100, status(status, "LeaseIdMissing"));
    assertThatThrownBy(() -> lake.create("a", OURS))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("status " + status + " LeaseIdMissing");
  }

  @Test
  void aMissingContainerIsNotAMissingFile() {
    bent.bend(line -> line.startsWith("GET"), 100, status(404, "ContainerNotFound"));
    assertThatThrownBy(() -> lake.read("a"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> lake.list("a", ""))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(FileNotFoundException.class);
  }

  @Test
  void aFaultThatStaysEndsAfterTheAttemptsThereAre() {
    bent.bend(line -> line.startsWith("GET"), 100, status(503, "ServerBusy"));
    int before = bent.seen().size();
    assertThatThrownBy(() -> lake.read("a")).isInstanceOf(IOException.class);
    assertThat(bent.seen().size() - before).isEqualTo(TestLimits.ATTEMPTS);
  }

  @Test
  void aLargeFileIsWholeWhateverHappensToItsBlocks() throws IOException {
    byte[] content = new byte[2 * BlobOutput.BLOCK + 5];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31 + i / 1000);
    }
    bent.bend(line -> line.contains("comp=block&"), 1, drop());
    bent.bend(line -> line.contains("comp=block&"), 1, swallow());
    bent.bend(line -> line.contains("comp=blocklist"), 1, status(500, "Internal"));
    bent.bend(line -> line.contains("comp=blocklist"), 1, swallow());
    try (LakeOutput out = lake.write("big")) {
      out.write(content, 0, 1);
      out.write(content, 1, content.length - 1);
      assertThat(direct.list("", "")).isEmpty();
    }
    assertThat(direct.read("big")).isEqualTo(content);
    byte[] part = new byte[BlobOutput.BLOCK + 10];
    direct.readFully("big", 7, part, 0, part.length);
    assertThat(part).isEqualTo(Arrays.copyOfRange(content, 7, 7 + part.length));
  }

  @Test
  void aFileWhoseBlockCouldNotBeStagedNeverAppears() throws IOException {
    bent.bend(line -> line.contains("comp=block&"), 100, status(503, "ServerBusy"));
    LakeOutput out = lake.write("big");
    assertThatThrownBy(() -> out.write(new byte[BlobOutput.BLOCK + 1]))
        .isInstanceOf(IOException.class);
    out.close();
    assertThat(direct.list("", "")).isEmpty();
    assertThat(bent.seen()).noneMatch(line -> line.contains("comp=blocklist"));
  }

  @Test
  void anAbortedFileLeavesNothingThatIsSeenAndDoesNotHinderTheNext() throws IOException {
    LakeOutput out = lake.write("big");
    out.write(new byte[BlobOutput.BLOCK + 1]);
    assertThat(bent.seen()).anyMatch(line -> line.contains("comp=block&"));
    out.abort();
    out.close();
    assertThat(direct.list("", "")).isEmpty();
    assertThatThrownBy(() -> direct.stat("big")).isInstanceOf(FileNotFoundException.class);
    lake.replace("big", OURS);
    assertThat(direct.read("big")).isEqualTo(OURS);
  }

  @Test
  void aFileThatIsReplacedWhileItIsReadIsNotMixed() throws IOException {
    direct.replace("big", new byte[BlobOutput.BLOCK + 1]);
    bent.bend(
        line -> line.startsWith("GET"),
        1,
        request -> {
          request.pass();
          quietly(() -> direct.replace("big", filled(BlobOutput.BLOCK + 1)));
        });
    assertThatThrownBy(() -> lake.read("big")).isInstanceOf(IOException.class);
    assertThat(lake.read("big")).isEqualTo(filled(BlobOutput.BLOCK + 1));
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 1);
    return bytes;
  }

  @Test
  void aDeleteWhoseAnswerIsLostIsADelete() throws IOException {
    direct.create("a", OURS);
    bent.bendNext("DELETE", swallowThen(() -> {}));
    lake.delete("a");
    assertThat(direct.list("", "")).isEqualTo(List.of());
  }
}
