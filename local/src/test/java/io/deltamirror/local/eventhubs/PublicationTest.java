package io.deltamirror.local.eventhubs;

import static io.deltamirror.local.eventhubs.Publication.BATCH_FORMAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Map;
import java.util.Random;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;

class PublicationTest {
  private static final LogPosition POSITION = new LogPosition(7, 4711, 1_700_000_000_000L);
  private static final byte[] BODY = {1, 2, 3};

  private static Publication parse(byte[] bytes, int format) throws MalformedMessageException {
    return Publication.parse(ByteBuffer.wrap(bytes), format);
  }

  private static ByteBuffer stored(PublishedEvent event) {
    ByteBuffer out = ByteBuffer.allocate(event.maxLength());
    event.encode(POSITION, out);
    return out.flip();
  }

  private static Message decoded(PublishedEvent event) {
    return EncodedMessages.decode(stored(event));
  }

  @Test
  void eventKeepsItsContentAndGetsTheHubsAnnotations() throws MalformedMessageException {
    Message sent = EncodedMessages.event(BODY, Map.of("x-opt-partition-key", "k", "own", 5L));

    Publication publication = parse(EncodedMessages.encode(sent), 0);

    assertThat(publication.partitionKey()).isEqualTo("k");
    assertThat(publication.events()).hasSize(1);
    Message stored = decoded(publication.events().get(0));
    assertThat(EncodedMessages.body(stored)).isEqualTo(BODY);
    assertThat(stored.getMessageId()).isEqualTo("id");
    assertThat(stored.getApplicationProperties().getValue()).containsEntry("i", 7);
    assertThat(stored.getHeader()).isNull();
    assertThat(stored.getMessageAnnotations().getValue())
        .containsOnly(
            Map.entry(Symbol.valueOf("x-opt-partition-key"), "k"),
            Map.entry(Symbol.valueOf("own"), 5L),
            Map.entry(Symbol.valueOf("x-opt-sequence-number"), 7L),
            Map.entry(Symbol.valueOf("x-opt-offset"), "4711"),
            Map.entry(
                Symbol.valueOf("x-opt-enqueued-time"),
                Date.from(Instant.ofEpochMilli(1_700_000_000_000L))));
  }

  @Test
  void eventWithoutAnnotationsHasNoKey() throws MalformedMessageException {
    Publication publication =
        parse(EncodedMessages.encode(EncodedMessages.event(BODY, Map.of())), 0);

    assertThat(publication.partitionKey()).isNull();
    assertThat(decoded(publication.events().get(0)).getMessageAnnotations().getValue()).hasSize(3);
  }

  @Test
  void eventPassedOnAsReceivedGetsNewNumbers() throws MalformedMessageException {
    Message received =
        EncodedMessages.event(
            BODY,
            Map.of(
                "x-opt-sequence-number",
                1L,
                "x-opt-offset",
                "2",
                "x-opt-enqueued-time",
                Date.from(Instant.ofEpochMilli(3))));

    Message stored = decoded(parse(EncodedMessages.encode(received), 0).events().get(0));

    assertThat(stored.getMessageAnnotations().getValue())
        .hasSize(3)
        .containsEntry(Symbol.valueOf("x-opt-sequence-number"), 7L);
  }

  @Test
  void batchGivesItsEventsAndTheEnvelopesKey() throws MalformedMessageException {
    Message first = EncodedMessages.event(new byte[] {1}, Map.of("x-opt-partition-key", "k"));
    Message second = EncodedMessages.event(new byte[300], Map.of("x-opt-partition-key", "k"));

    Publication publication = parse(EncodedMessages.batch(first, second), BATCH_FORMAT);

    assertThat(publication.partitionKey()).isEqualTo("k");
    assertThat(publication.events())
        .extracting(e -> EncodedMessages.body(decoded(e)).length)
        .containsExactly(1, 300);
  }

  @Test
  void descriptorInItsLongFormIsUnderstood() throws MalformedMessageException {
    byte[] event = EncodedMessages.encode(EncodedMessages.event(BODY, Map.of()));
    ByteBuffer longForm = ByteBuffer.allocate(event.length + 7);
    longForm.put((byte) 0).put((byte) 0x80).putLong(0x70).put(event, 3, event.length - 3);

    Publication publication = parse(longForm.array(), 0);

    assertThat(EncodedMessages.body(decoded(publication.events().get(0)))).isEqualTo(BODY);
  }

  @Test
  void whatIsNoMessageIsRefused() {
    byte[] event = EncodedMessages.encode(EncodedMessages.event(BODY, Map.of("a", "b")));
    byte[] batch = EncodedMessages.batch(EncodedMessages.event(BODY, Map.of()));
    assertMalformed(new byte[0], 0);
    assertMalformed(new byte[0], BATCH_FORMAT);
    assertMalformed("not AMQP".getBytes(StandardCharsets.US_ASCII), 0);
    assertMalformed(event, BATCH_FORMAT);
    for (int length = 1; length < BODY.length; length++) {
      assertMalformed(Arrays.copyOf(event, event.length - length), 0);
      assertMalformed(Arrays.copyOf(batch, batch.length - length), BATCH_FORMAT);
    }
    byte[] nested = new byte[100_000]; // descriptors of descriptors must not exhaust the stack
    assertMalformed(nested, 0);
  }

  private static void assertMalformed(byte[] bytes, int format) {
    assertThatThrownBy(() -> parse(bytes, format)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void anyChangedMessageIsReadOrRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[][] valid = {
      EncodedMessages.encode(
          EncodedMessages.event(BODY, Map.of("x-opt-partition-key", "k", "a", 5L))),
      EncodedMessages.batch(
          EncodedMessages.event(BODY, Map.of("x-opt-partition-key", "k")),
          EncodedMessages.event(new byte[300], Map.of()))
    };
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = valid[i % 2].clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        parse(bytes, i % 2 == 0 ? 0 : BATCH_FORMAT).events().forEach(PublicationTest::stored);
        read++;
      } catch (MalformedMessageException e) {
        assertThat(e.getMessage()).as("seed %d", seed).isNotEmpty();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + i, e);
      }
    }
    assertThat(read).as("seed %d", seed).isBetween(10_000, 99_000);
  }
}
