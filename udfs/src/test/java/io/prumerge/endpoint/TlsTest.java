package io.prumerge.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.prumerge.engine.Question;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections that do not come about. */
@Tag("process")
class TlsTest {

  private static final TokenReducer ALL = TokenReducers.of(MethodSpec.NONE);

  private static final Question QUESTION = new Question("Is it red?", 16);

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path folder;

  private static VisionEndpoint endpoint(int port) {
    return new VisionEndpoint(
        Endpoint.parse("openai:https://127.0.0.1:" + port + "/v1#a/model"),
        VideoAs.PICTURES,
        Optional.empty(),
        Patience.MODEL.withFirstPause(Duration.ofMillis(1)));
  }

  private SSLContext selfSigned() throws Exception {
    Path store = folder.resolve("own.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(store)) {
      keys.load(file, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  @Test
  void aCertificateThatNobodyKnowsIsAskedForOnce() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    SSLContext context = selfSigned();
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            connections.incrementAndGet();
            super.configure(parameters);
          }
        });
    server.start();
    try {
      VisionEndpoint endpoint = endpoint(server.getAddress().getPort());
      assertThatThrownBy(() -> endpoint.answers(List.of(), List.of(QUESTION), ALL))
          .isInstanceOf(EndpointException.class)
          .hasMessageContaining("#a/model takes no encrypted connection: ")
          .hasMessageContaining("unable to find valid certification path")
          .hasMessageContaining("--driver-java-options '-Djavax.net.ssl.trustStore=FILE")
          .hasMessageContaining("spark.executor.extraJavaOptions");
      assertThat(connections).hasValue(1);
      assertThat(
              endpoint.stream(endpoint.prepared(List.of(), QUESTION, ALL))
                  .get(30, TimeUnit.SECONDS)
                  .answer()
                  .error()
                  .orElseThrow())
          .contains("javax.net.ssl.trustStore");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aServerWithoutTlsIsAskedOnce() throws Exception {
    String[] said = {"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"};
    try (Listener server = new Listener(said)) {
      assertThatThrownBy(() -> endpoint(server.port()).answers(List.of(), List.of(QUESTION), ALL))
          .isInstanceOf(EndpointException.class)
          .hasMessageContaining("takes no encrypted connection: ")
          .hasMessageNotContaining("trustStore");
      assertThat(server.connections).hasValue(1);
    }
  }

  /** As where a server is started again. */
  @Test
  void aConnectionThatBreaksOffIsTriedAgain() throws Exception {
    try (Listener server = new Listener()) {
      assertThat(
              endpoint(server.port())
                  .answers(List.of(), List.of(QUESTION), ALL)
                  .get(0)
                  .error()
                  .orElseThrow())
          .contains("failed 6 times");
      assertThat(server.connections.get()).isGreaterThanOrEqualTo(6);
    }
  }

  /** Reads the beginning of a handshake, says something to it and closes the connection. */
  private static final class Listener implements AutoCloseable {

    private final AtomicInteger connections = new AtomicInteger();
    private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

    Listener(String... says) throws IOException {
      Thread thread =
          new Thread(
              () -> {
                try {
                  while (true) {
                    accept(says);
                  }
                } catch (IOException e) {
                  // closed
                }
              });
      thread.start();
    }

    private void accept(String... says) throws IOException {
      try (Socket connection = socket.accept()) {
        connections.incrementAndGet();
        connection.getInputStream().read(new byte[1 << 14]);
        for (String words : says) {
          connection.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
        }
      }
    }

    int port() {
      return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
