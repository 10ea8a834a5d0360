package io.prumerge.score;

import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeRequest;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.store.Json;
import io.prumerge.store.WriteException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Keeps a judge's replies, which cost money, in a file of JSON Lines. Each reply is written at
 * once, and no request is sent twice. Thread-safe.
 */
final class JudgeReplies implements AutoCloseable {

  /** A line of the file. */
  record Kept(ReplyKey asked, String reply) {}

  private final Map<ReplyKey, String> replies = new HashMap<>();
  private final Path file;
  private final FSDataOutputStream out;

  private JudgeReplies(Path file, FileSystem fs) throws IOException {
    this.file = file;
    boolean there = fs.exists(file);
    if (there) {
      read(fs);
    }
    try {
      out = there ? fs.append(file) : fs.create(file, false);
    } catch (UnsupportedOperationException e) {
      throw new IOException(
          Text.format(
              "Cannot keep the judge's replies in %s: its file system cannot append to a file;"
                  + " name an output folder on a disk or on HDFS",
              file),
          e);
    }
    if (there) {
      // An incomplete last line stays a line of its own.
      out.write('\n');
    }
  }

  /** Opens a new or an existing file. */
  static JudgeReplies open(Path file, Configuration hadoop) throws IOException {
    FileSystem fs = file.getFileSystem(hadoop);
    // Files with checksums cannot be appended to.
    return new JudgeReplies(
        file, fs instanceof LocalFileSystem ? ((LocalFileSystem) fs).getRawFileSystem() : fs);
  }

  private void read(FileSystem fs) throws IOException {
    List<String> lines;
    try (InputStream in = fs.open(file)) {
      lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        read(lines.get(i), i + 1);
      }
    }
  }

  private void read(String line, int number) {
    try {
      Kept kept = Json.read(line, Kept.class);
      replies.put(kept.asked(), kept.reply());
    } catch (IllegalArgumentException e) {
      if (line.endsWith("}")) {
        throw new DataException(
            Text.format(
                "%s:%d: not a judge's reply: %s; correct or delete the line",
                file, number, e.getMessage()),
            e);
      }
      // An incomplete line: the request is sent again.
    }
  }

  /** Returns the kept reply, or asks the judge and keeps the new one. */
  String reply(Judge judge, ReplyKey asked, JudgeRequest request) throws IOException {
    synchronized (this) {
      String kept = replies.get(asked);
      if (kept != null) {
        return kept;
      }
    }
    String reply = judge.reply(request);
    synchronized (this) {
      replies.put(asked, reply);
      try {
        out.write((Json.line(new Kept(asked, reply)) + "\n").getBytes(StandardCharsets.UTF_8));
        out.hflush();
      } catch (IOException | FSError e) {
        throw WriteException.of(file, e);
      }
    }
    return reply;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
