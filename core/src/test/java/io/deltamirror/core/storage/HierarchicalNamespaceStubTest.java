package io.deltamirror.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.azure.StorageAccount;
import io.deltamirror.core.azurite.Azurite;
import io.deltamirror.core.azurite.BentStorage;
import io.deltamirror.core.azurite.BentStorage.Fault;
import io.deltamirror.core.azurite.TestLimits;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Against a stub, not a service: Azurite has no Data Lake endpoint. It shows which requests are
 * sent to an account with a hierarchical namespace, and what their answers are taken for; not that
 * the service does what its documentation says.
 */
class HierarchicalNamespaceStubTest {
  private final BentStorage stub = new BentStorage("http://127.0.0.1:1");
  private LakeStorage lake;

  @BeforeEach
  void start() {
    stub.bend(line -> line.endsWith("?restype=container"), 1, answer(200, Map.of()));
    String connection = Azurite.connection(stub.address(), stub.address());
    lake =
        new BlobLake(new StorageAccount.ByConnection(connection), "lake", "root")
            .open(TestLimits.quick(), 10);
  }

  @AfterEach
  void stop() {
    stub.close();
  }

  private static Fault answer(int status, Map<String, String> headers) {
    return request -> request.answer(status, headers, new byte[0]);
  }

  private void hierarchical(String value) {
    stub.bend(
        line -> line.contains("comp=properties"),
        1,
        answer(
            200,
            Map.of(
                "x-ms-sku-name",
                "Standard_LRS",
                "x-ms-account-kind",
                "StorageV2",
                "x-ms-is-hns-enabled",
                value)));
  }

  private List<String> deletes() {
    return stub.seen().stream().filter(line -> line.startsWith("DELETE")).toList();
  }

  @Test
  void aFolderIsRemovedByOneRequest() throws IOException {
    hierarchical("true");
    stub.bend(line -> line.startsWith("DELETE"), 2, answer(200, Map.of()));
    lake.deleteFolder("t/a");
    assertThat(deletes())
        .singleElement()
        .asString()
        .contains("/lake/root%2Ft%2Fa?")
        .contains("recursive=true");
    lake.deleteFolder("t/b");
    assertThat(stub.seen()).filteredOn(line -> line.contains("comp=properties")).hasSize(1);
  }

  @Test
  void aFolderThatTheServiceRemovesInPartsIsRemovedToTheEnd() throws IOException {
    hierarchical("true");
    stub.bend(
        line -> line.startsWith("DELETE"), 2, answer(200, Map.of("x-ms-continuation", "more")));
    stub.bend(line -> line.startsWith("DELETE"), 1, answer(200, Map.of()));
    lake.deleteFolder("t/a");
    assertThat(deletes()).hasSize(3);
  }

  @Test
  void aFolderThatIsNotThereIsRemoved() throws IOException {
    hierarchical("true");
    stub.bend(
        line -> line.startsWith("DELETE"),
        1,
        answer(404, Map.of("x-ms-error-code", "PathNotFound")));
    lake.deleteFolder("t/a");
    assertThat(deletes()).hasSize(1);
  }

  @Test
  void aRefusalIsSaid() {
    hierarchical("true");
    stub.bend(
        line -> line.startsWith("DELETE"),
        9,
        answer(403, Map.of("x-ms-error-code", "AuthorizationPermissionMismatch")));
    assertThatThrownBy(() -> lake.deleteFolder("t/a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("AuthorizationPermissionMismatch");
  }

  @Test
  void withoutLeaveToAskOrWithoutANamespaceFilesAreRemovedOneByOne() throws IOException {
    stub.bend(
        line -> line.contains("comp=properties"),
        1,
        answer(403, Map.of("x-ms-error-code", "AuthorizationFailure")));
    String file =
        "<Blob><Name>root/t/a/1</Name><Properties><Last-Modified>Sat, 21 Nov 2026 00:00:00"
            + " GMT</Last-Modified><Content-Length>1</Content-Length></Properties></Blob>";
    String folder =
        "<Blob><Name>root/t/a</Name><Properties><Last-Modified>Sat, 21 Nov 2026 00:00:00"
            + " GMT</Last-Modified><Content-Length>0</Content-Length></Properties>"
            + "<Metadata><hdi_isfolder>true</hdi_isfolder></Metadata></Blob>";
    stub.bend(
        line -> line.contains("comp=list"),
        1,
        request ->
            request.answer(
                200,
                Map.of("Content-Type", "application/xml"),
                ("<EnumerationResults><Blobs>"
                        + file
                        + folder.replace("t/a<", "t/a/f<")
                        + "</Blobs><NextMarker/></EnumerationResults>")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    stub.bend(line -> line.startsWith("DELETE"), 9, answer(202, Map.of()));
    lake.deleteFolder("t/a");
    assertThat(deletes()).singleElement().asString().endsWith("/lake/root%2Ft%2Fa%2F1");
  }
}
