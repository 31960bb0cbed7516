package io.deltamirror.local.eventhubs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.message.Message;

/** Messages as producers encode them, with the codec the SDK uses. */
final class EncodedMessages {
  private EncodedMessages() {}

  static Message event(byte[] body, Map<String, Object> annotations) {
    Message message = Proton.message();
    message.setDurable(true); // so that there is a header
    message.setMessageId("id");
    message.setApplicationProperties(new ApplicationProperties(Map.of("i", 7)));
    message.setBody(new Data(new Binary(body)));
    if (!annotations.isEmpty()) {
      Map<Symbol, Object> symbols = new LinkedHashMap<>();
      annotations.forEach((name, value) -> symbols.put(Symbol.valueOf(name), value));
      message.setMessageAnnotations(new MessageAnnotations(symbols));
    }
    return message;
  }

  static byte[] encode(Message message) {
    byte[] bytes = new byte[2 << 20];
    return Arrays.copyOf(bytes, message.encode(bytes, 0, bytes.length));
  }

  /** A batch: the first message without its body, and then all of them, each in a data section. */
  static byte[] batch(Message... messages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Message envelope = Proton.message();
    envelope.setMessageAnnotations(messages[0].getMessageAnnotations());
    envelope.setApplicationProperties(messages[0].getApplicationProperties());
    out.writeBytes(encode(envelope));
    for (Message message : messages) {
      byte[] bytes = encode(message);
      out.writeBytes(new byte[] {0x00, 0x53, 0x75, (byte) 0xb0});
      out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  static Message decode(ByteBuffer bytes) {
    Message message = Proton.message();
    message.decode(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    return message;
  }

  static byte[] body(Message message) {
    Binary binary = ((Data) message.getBody()).getValue();
    return Arrays.copyOfRange(
        binary.getArray(), binary.getArrayOffset(), binary.getArrayOffset() + binary.getLength());
  }
}
