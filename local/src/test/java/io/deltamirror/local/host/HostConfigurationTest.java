package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HostConfigurationTest {
  @Test
  void deployedOneIsThatOfTheRoot() {
    assertThat(HostConfiguration.deployed()).isEqualTo(new HostConfiguration("api", 32, 32, true));
  }

  @Test
  void whatIsNotSaidIsAsOnTheService() throws Exception {
    assertThat(read("{\"version\": \"2.0\"}"))
        .isEqualTo(new HostConfiguration("api", 100, 300, true));
  }

  @Test
  void everySettingIsRead() throws Exception {
    assertThat(
            read(
                """
                {"extensions": {
                  "eventHubs": {"maxEventBatchSize": 7, "prefetchCount": 9,
                    "initialOffsetOptions": {"type": "fromEnd"}},
                  "http": {"routePrefix": ""}}}
                """))
        .isEqualTo(new HostConfiguration("", 7, 9, false));
  }

  @Test
  void whatThisHostCannotFollowIsRefused() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    {"extensions": {"eventHubs":
                      {"initialOffsetOptions": {"type": "fromEnqueuedTime"}}}}
                    """))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fromEnqueuedTime");
    assertThatThrownBy(() -> read("{\"extensions\": {\"eventHubs\": {\"prefetchCount\": 0}}}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static HostConfiguration read(String json) throws IOException {
    return HostConfiguration.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }
}
