package io.deltamirror.local.eventhubs;

import java.io.IOException;
import org.apache.qpid.proton.engine.Delivery;

/** Our end of an attached link. Called by its connection's thread only. */
interface LinkEndpoint {
  /** A delivery has arrived, grown, or been settled by the client. */
  void onDelivery(Delivery delivery);

  /** Hands on what can be handed on now, within the link's credit and buffer. */
  default void pump() throws IOException {}

  /** Whether {@link #pump} would do something. */
  default boolean isReady() {
    return false;
  }

  /** The link or its connection is gone. */
  default void closed() {}
}
