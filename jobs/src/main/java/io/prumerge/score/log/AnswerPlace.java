package io.prumerge.score.log;

import org.apache.hadoop.fs.Path;

/**
 * A file or folder of answers.
 *
 * @param name as it was given, for messages
 */
public record AnswerPlace(String name, Path path) {

  /** Replaces the file's name at the start of a message by the path as it was given. */
  public String named(String text) {
    return text.startsWith(path.getName()) ? name + text.substring(path.getName().length()) : text;
  }
}
