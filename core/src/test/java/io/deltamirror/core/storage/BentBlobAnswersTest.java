package io.deltamirror.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.azure.AnswerRefusedException;
import io.deltamirror.core.azure.StorageAccount;
import io.deltamirror.core.azure.StorageLimits;
import io.deltamirror.core.azurite.Azurite;
import io.deltamirror.core.azurite.BentStorage;
import io.deltamirror.core.azurite.BentStorage.Fault;
import io.deltamirror.core.azurite.TestLimits;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Blob service that answers what no Blob service answers: bounded, refused, or harmless. */
@Timeout(120)
class BentBlobAnswersTest {
  private static final Map<String, String> XML = Map.of("Content-Type", "application/xml");

  private final BentStorage bent = new BentStorage("http://127.0.0.1:1");
  private LakeStorage lake;

  @BeforeEach
  void start() {
    bent.bend(line -> line.endsWith("?restype=container"), 9, answer(200, Map.of()));
    lake = open(TestLimits.quick());
  }

  @AfterEach
  void stop() {
    bent.close();
  }

  private LakeStorage open(StorageLimits limits) {
    String connection = Azurite.connection(bent.address(), bent.address());
    return new BlobLake(new StorageAccount.ByConnection(connection), "lake", "root")
        .open(limits, 10);
  }

  private static Fault answer(int status, Map<String, String> headers) {
    return request -> request.answer(status, headers, new byte[0]);
  }

  private void answers(int status, Map<String, String> headers, String body) {
    bent.bend(
        line -> line.startsWith("GET"),
        1_000_000,
        request -> request.answer(status, headers, body.getBytes(StandardCharsets.UTF_8)));
  }

  private static Map<String, String> range(String range) {
    return Map.of(
        "Content-Range",
        range,
        "ETag",
        "\"1\"",
        "Last-Modified",
        "Sat, 21 Nov 2026 00:00:00 GMT",
        "x-ms-blob-type",
        "BlockBlob");
  }

  private static String listing(String names, String marker) {
    StringBuilder blobs = new StringBuilder();
    for (String name : names.split(",", -1)) {
      blobs
          .append("<Blob><Name>")
          .append(name)
          .append("</Name><Properties><Last-Modified>Sat, 21 Nov 2026 00:00:00 GMT")
          .append("</Last-Modified><Etag>1</Etag><Content-Length>1</Content-Length>")
          .append("<BlobType>BlockBlob</BlobType></Properties></Blob>");
    }
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>"
        + blobs
        + "</Blobs><NextMarker>"
        + marker
        + "</NextMarker></EnumerationResults>";
  }

  @Test
  void anAnswerWithoutEndIsCutOff() {
    bent.bend(
        line -> line.startsWith("GET"),
        1,
        request ->
            request.pour(
                206, range("bytes 0-3/4"), Stream.generate(() -> new byte[1 << 20]).iterator()));
    assertThatThrownBy(() -> lake.read("a")).hasRootCauseInstanceOf(AnswerRefusedException.class);
  }

  @Test
  void anAnswerThatDripsIsCutOff() {
    LakeStorage impatient =
        open(
            new StorageLimits(
                1,
                java.time.Duration.ofMillis(1),
                java.time.Duration.ofMillis(1),
                java.time.Duration.ofSeconds(10),
                java.time.Duration.ofSeconds(1),
                1000));
    bent.bend(
        line -> line.startsWith("GET"),
        1,
        request -> {
          request.pour(206, range("bytes 0-3/4"), Stream.of(new byte[1]).iterator());
        });
    bent.bend(line -> line.startsWith("GET"), 1, bent.hang());
    assertThatThrownBy(() -> impatient.read("a")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> impatient.read("a")).isInstanceOf(IOException.class);
  }

  @Test
  void fewerBytesThanAnnouncedAreNoFile() {
    bent.bend(
        line -> line.startsWith("GET"),
        100,
        request -> request.breakOff(206, range("bytes 0-99/100"), 100));
    assertThatThrownBy(() -> lake.read("a"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(FileNotFoundException.class)
        .isNotInstanceOf(EOFException.class);
  }

  @Test
  void moreBytesThanTheRangeHasAreRefused() {
    answers(206, range("bytes 0-3/4"), "12345678");
    assertThatThrownBy(() -> lake.read("a")).isInstanceOf(IOException.class);
    byte[] into = new byte[4];
    assertThatThrownBy(() -> lake.readFully("a", 0, into, 0, 4)).isInstanceOf(IOException.class);
    assertThat(into).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes 5-8/100",
        "bytes 0-3",
        "bytes 0-3/-4",
        "bytes 0-3/99999999999999999999"
      })
  void anotherRangeThanTheOneAskedForIsRefused(String range) {
    answers(206, range(range), "1234");
    byte[] into = new byte[4];
    assertThatThrownBy(() -> lake.readFully("a", 0, into, 0, 4)).isInstanceOf(IOException.class);
  }

  @Test
  void aFileThatSaysItIsHugeIsNotReadAtOnce() {
    bent.bend(
        line -> line.startsWith("GET"),
        100,
        request ->
            request.answer(206, range("bytes 0-8388607/999999999999999999"), new byte[8 << 20]));
    assertThatThrownBy(() -> lake.read("a")).isInstanceOf(AnswerRefusedException.class);
  }

  @Test
  void aRedirectToAnotherHostIsNotFollowed() {
    try (BentStorage other = new BentStorage("http://127.0.0.1:1")) {
      bent.bend(
          line -> true,
          100,
          answer(307, Map.of("Location", other.address() + "/devstoreaccount1/lake/root/a")));
      assertThatThrownBy(() -> lake.read("a")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> lake.create("a", new byte[1])).isInstanceOf(IOException.class);
      assertThat(other.seen()).isEmpty();
    }
  }

  @Test
  void aListingThatNeverEndsIsRefused() {
    answers(200, XML, listing("root/a", "again"));
    assertThatThrownBy(() -> lake.list("", "")).isInstanceOf(AnswerRefusedException.class);
    assertThat(bent.seen().size()).isLessThan(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"other/a", "../a", "roo", "./root/a", "root"})
  void aListingOfSomethingElseIsRefused(String name) {
    answers(200, XML, listing(name, ""));
    assertThatThrownBy(() -> lake.list("", "")).isInstanceOf(AnswerRefusedException.class);
  }

  @Test
  void namesThatLeaveTheRootAreNoFiles() throws IOException {
    answers(
        200,
        XML,
        listing("root/../../x,root/t/../../x,root//x,root/t/./x,root/t/,root/t\\x,root/ok", ""));
    assertThat(lake.list("", "")).extracting(LakeStorage.LakeFile::path).containsExactly("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no XML",
        "{\"json\":1}",
        "<EnumerationResults><Blobs><Blob>",
        "<EnumerationResults><Blobs><Blob><Name>root/a</Name></Blob></Blobs></EnumerationResults>",
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>"
            + "<EnumerationResults><Blobs><Blob><Name>&b;</Name></Blob></Blobs>"
            + "</EnumerationResults>"
      })
  void garbageInsteadOfAListingIsRefused(String body) {
    answers(200, XML, body);
    assertThatThrownBy(() -> lake.list("", "")).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "<Error>", "{}", ""})
  void garbageInARefusalIsARefusal(String body) {
    answers(403, Map.of("Content-Type", "text/html"), body);
    assertThatThrownBy(() -> lake.read("a"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("403");
  }

  @Test
  void aBlobWithoutItsHeadersIsNoFile() {
    bent.bend(line -> line.startsWith("HEAD"), 100, answer(200, Map.of()));
    assertThatThrownBy(() -> lake.stat("a")).isInstanceOf(IOException.class);
  }
}
