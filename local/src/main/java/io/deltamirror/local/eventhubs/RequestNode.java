package io.deltamirror.local.eventhubs;

import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.message.Message;

/** A node that answers requests with responses, in the manner of AMQP management. */
interface RequestNode {
  Response answer(Map<String, Object> request);

  /**
   * An answer.
   *
   * @param status as in HTTP
   */
  record Response(int status, String description, String errorCondition, Map<String, Object> body) {
    static Response of(int status, String description, Map<String, Object> body) {
      return new Response(status, description, null, body);
    }

    static Response failed(int status, AmqpFault fault) {
      return new Response(status, fault.description(), fault.condition(), Map.of());
    }

    Message toMessage(Object correlationId) {
      Map<String, Object> properties = new HashMap<>();
      properties.put("status-code", status);
      properties.put("status-description", description);
      if (errorCondition != null) {
        properties.put("error-condition", errorCondition);
      }
      Message message = Proton.message();
      message.setCorrelationId(correlationId);
      message.setApplicationProperties(new ApplicationProperties(properties));
      message.setBody(new AmqpValue(body));
      return message;
    }
  }
}
