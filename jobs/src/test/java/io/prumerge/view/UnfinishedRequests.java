package io.prumerge.view;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens connections to a viewer that begin a request's head or body and do not end it, and prints
 * what one more client is answered meanwhile, within two minutes: with few of them, and with all.
 */
final class UnfinishedRequests {

  private static final int FEW = 10;
  private static final int WAIT_MILLIS = 120_000;

  /** Java's server looks at the clock once a second, and would end the last request with others. */
  private static final int TICK_MILLIS = 2_000;

  private UnfinishedRequests() {}

  /**
   * @param arguments the folder of a run, and the number of connections
   */
  public static void main(String... arguments) throws IOException, InterruptedException {
    List<Socket> open = new ArrayList<>();
    try (Viewer viewer = OpenViewer.of(arguments[0]);
        ViewServer server = ViewServer.start(viewer, "127.0.0.1", 0)) {
      for (int number : new int[] {FEW, Integer.parseInt(arguments[1])}) {
        while (open.size() < number) {
          Socket socket = connection(server);
          send(
              socket,
              open.size() % 2 == 0
                  ? "GET / HTTP/1.1\r\nHo"
                  : "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n");
          open.add(socket);
        }
        Thread.sleep(TICK_MILLIS);
        System.out.printf("with %d of them: %s%n", number, answer(server));
      }
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  private static Socket connection(ViewServer server) throws IOException {
    URI address = server.address("");
    return new Socket(address.getHost(), address.getPort());
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String answer(ViewServer server) {
    try (Socket socket = connection(server)) {
      socket.setSoTimeout(WAIT_MILLIS);
      String path = server.address("").getRawPath();
      send(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
