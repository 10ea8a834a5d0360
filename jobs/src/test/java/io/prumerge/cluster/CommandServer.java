package io.prumerge.cluster;

import io.prumerge.jobs.Main;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs one command of the product after another in its JVM, each with a session of its own. A
 * command is the number of its words and the words, each with a character 0 behind it; the answer
 * is a line with the exit code.
 */
final class CommandServer {

  private static final String PORT = "command-port";
  private static final String OUT = "command-out";
  private static final String ERR = "command-err";

  private CommandServer() {}

  /** Returns the file with the port, which is there when commands are taken. */
  static Path port(Path folder) {
    return folder.resolve(PORT);
  }

  /** Returns the file with what the last command printed. */
  static Path out(Path folder) {
    return folder.resolve(OUT);
  }

  /** Returns the file with what the last command said on the error stream. */
  static Path err(Path folder) {
    return folder.resolve(ERR);
  }

  /**
   * Takes commands for as long as the process that started this one lives.
   *
   * @param arguments the folder of the files
   */
  public static void main(String... arguments) throws IOException {
    ProcessHandle.current()
        .parent()
        .orElseThrow()
        .onExit()
        .thenRun(() -> Runtime.getRuntime().halt(1));
    Path folder = Path.of(arguments[0]);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path whole = Files.writeString(folder.resolve("new"), server.getLocalPort() + "\n");
      Files.move(whole, port(folder));
      while (true) {
        try (Socket client = server.accept()) {
          int code = run(folder, words(new DataInputStream(client.getInputStream())));
          client.getOutputStream().write((code + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  private static int run(Path folder, String... command) throws IOException {
    try (Writer out = Files.newBufferedWriter(out(folder));
        Writer err = Files.newBufferedWriter(err(folder))) {
      return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), command);
    }
  }

  private static String[] words(DataInputStream in) throws IOException {
    String[] words = new String[Integer.parseInt(word(in))];
    for (int i = 0; i < words.length; i++) {
      words[i] = word(in);
    }
    return words;
  }

  private static String word(DataInputStream in) throws IOException {
    ByteArrayOutputStream word = new ByteArrayOutputStream();
    for (byte next = in.readByte(); next != 0; next = in.readByte()) {
      word.write(next);
    }
    return word.toString(StandardCharsets.UTF_8);
  }
}
