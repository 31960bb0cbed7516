package io.deltamirror.core.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.StateAddress;
import io.deltamirror.core.storage.LakeAddress;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageAddressTest {
  private static final Set<String> LAKE = Set.of("blob", "dfs");

  @ParameterizedTest
  @CsvSource({
    "https://acc.blob.core.windows.net/c/a/b, https://acc.blob.core.windows.net, c/a/b",
    "https://acc.dfs.core.windows.net/c/, https://acc.blob.core.windows.net, c",
    "https://acc.blob.core.chinacloudapi.cn, https://acc.blob.core.chinacloudapi.cn, ''",
    "abfss://c@acc.dfs.core.windows.net/a/b, https://acc.blob.core.windows.net, c/a/b",
    "abfss://c@acc.dfs.core.windows.net, https://acc.blob.core.windows.net, c",
    "abfss://ws@onelake.dfs.fabric.microsoft.com/x.Lakehouse,"
        + " https://onelake.blob.fabric.microsoft.com, ws/x.Lakehouse",
  })
  void aPlaceIsReadFromItsAddress(String address, String endpoint, String path) {
    StorageAddress place = StorageAddress.parse("X", address, LAKE).service("dfs", "blob");
    assertThat(place.endpoint()).hasToString(endpoint);
    assertThat(place.path()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://acc.blob.core.windows.net/c",
        "https://acc.blob.core.windows.net/c?sv=2024&sig=secret",
        "https://acc.blob.core.windows.net/c#secret",
        "https://user:secret@acc.blob.core.windows.net/c",
        "https://acc.blob.core.windows.net:8443/c",
        "https://example.com/c",
        "https://acc.queue.core.windows.net/c",
        "https:///c",
        "abfss://acc.dfs.core.windows.net/c",
        "not an address"
      })
  void anythingElseIsRefusedAndNotRepeated(String address) {
    assertThatThrownBy(() -> StorageAddress.parse("MIRROR_X", address, LAKE))
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageStartingWith("MIRROR_X ")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"blob:", "blob:/x", "blob:c/../d", "blob:c//d", "blob:c\\d", "s3://c", "file:"})
  void aLakeThatCannotBeIsRefused(String address) {
    Map<String, String> settings = Map.of(StorageAccount.VARIABLE, "UseDevelopmentStorage=true");
    assertThatThrownBy(() -> LakeAddress.open(address, settings))
        .isInstanceOf(MirrorException.class)
        .hasMessageContaining(LakeAddress.SETTING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "table:",
        "table:a-b",
        "table:1ab",
        "sqlite:",
        "https://acc.table.core.windows.net/a/b",
        "https://acc.blob.core.windows.net/table"
      })
  void aStateThatCannotBeIsRefused(String address) {
    Map<String, String> settings = Map.of(StorageAccount.VARIABLE, "UseDevelopmentStorage=true");
    assertThatThrownBy(() -> StateAddress.open(address, settings))
        .isInstanceOf(MirrorException.class)
        .hasMessageContaining(StateAddress.SETTING);
  }

  @Test
  void aConnectionStringThatIsMissingIsNamed() {
    assertThatThrownBy(() -> StateAddress.open("table:state", Map.of()))
        .hasMessageContaining("MIRROR_STORAGE_CONNECTION is not set");
    assertThatThrownBy(() -> LakeAddress.open("blob:lake"))
        .hasMessageContaining("MIRROR_STORAGE_CONNECTION is not set");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret",
        "AccountKey=secret",
        "DefaultEndpointsProtocol=http;AccountName=acc;AccountKey=c2VjcmV0",
        "DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=c2VjcmV0;"
            + "BlobEndpoint=http://example.com/acc;TableEndpoint=http://example.com/acc",
        "DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=c2VjcmV0;"
            + "BlobEndpoint=http://127.0.0.1.example.com;TableEndpoint=http://localhost.example.com"
      })
  void aConnectionStringThatIsBrokenOrUnencryptedIsRefusedAndNotRepeated(String connection) {
    Map<String, String> settings = Map.of(StorageAccount.VARIABLE, connection);
    assertThatThrownBy(() -> StateAddress.open("table:state", settings))
        .isInstanceOf(MirrorException.class)
        .hasMessageContaining(StorageAccount.VARIABLE)
        .hasMessageNotContaining("secret")
        .hasNoCause();
    assertThatThrownBy(() -> LakeAddress.open("blob:lake", settings))
        .isInstanceOf(MirrorException.class)
        .hasMessageContaining(StorageAccount.VARIABLE)
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @Test
  void aConnectionIsShownWithoutItsSecret() {
    assertThat(StorageAccount.of(Map.of(StorageAccount.VARIABLE, "AccountKey=secret")).toString())
        .doesNotContain("secret");
  }
}
