package io.prumerge.location;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.prumerge.lang.Text;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words for exceptions of Java and of libraries. Those of a missing file, a closed folder or a text
 * that is no number say their file or text alone, and what happened to it by the name of their
 * class.
 */
public final class CauseText {

  private static final Pattern NUMBER =
      Pattern.compile("^For input string: \"(.*)\"", Pattern.DOTALL);

  private static final Pattern ADVICE = Pattern.compile(": enable `\\w+\\.\\w+` to allow$");

  /** Where what isn't closed began, after much of the text itself. */
  private static final Pattern START =
      Pattern.compile(
          "\\(start marker at \\[Source: .*line: (\\d+), column: (\\d+)\\]\\)", Pattern.DOTALL);

  /** What stands in the place of one of our documents, whose class is nothing to its reader. */
  private static final Pattern FOUND =
      Pattern.compile(
          "^Cannot deserialize value of type `io\\.prumerge\\.[^`]+` from (\\w+) value .*");

  /** What a Parquet reader adds to its words: all that it has read. */
  private static final Pattern STRUCT = Pattern.compile("! Struct: .*", Pattern.DOTALL);

  private CauseText() {}

  /**
   * Returns what happened, in words; with the name of the class where the message is not a sentence
   * or the fault is the program's own.
   */
  public static String of(Throwable cause) {
    String message = cause.getMessage();
    if (cause instanceof FileSystemException file && file.getFile() != null) {
      return ofFile(file);
    }
    if (cause instanceof JsonProcessingException json) {
      return ofJson(json);
    }
    if (cause instanceof CharacterCodingException) {
      return "The text is not in the expected encoding: UTF-8, where nothing else is said";
    }
    if (cause instanceof EOFException && !isSentence(message)) {
      return "The file or connection ends too early";
    }
    if (cause instanceof InterruptedException) {
      return "Interrupted";
    }
    if (message == null) {
      return cause instanceof ConnectException
          ? "Cannot connect: nothing answers at this address"
          : name(cause);
    }
    if (cause instanceof UnknownHostException) {
      return "Cannot find the host " + message;
    }
    if (cause instanceof NumberFormatException) {
      Matcher text = NUMBER.matcher(message);
      return text.find() ? "'" + text.group(1) + "' is not a number" : "Not a number: " + message;
    }
    if (cause.getClass().getSimpleName().equals("TProtocolException")) { // of a shaded library
      return "damaged Parquet (" + STRUCT.matcher(message).replaceFirst("") + ")";
    }
    return isSaid(cause) && isSentence(message) ? message : name(cause) + ": " + message;
  }

  private static String name(Throwable cause) {
    return cause.getClass().getSimpleName();
  }

  /** Returns whether a message is for users: not of the program's own faults. */
  private static boolean isSaid(Throwable cause) {
    return cause instanceof IOException
        || cause instanceof IllegalArgumentException
        || cause.getClass().getName().startsWith("org.apache.");
  }

  private static boolean isSentence(String message) {
    return message != null && message.strip().indexOf(' ') > 0;
  }

  private static String ofFile(FileSystemException problem) {
    String file = problem.getFile();
    if (problem instanceof NoSuchFileException) {
      return file + " does not exist";
    }
    if (problem instanceof AccessDeniedException) {
      return file + ": permission denied";
    }
    if (problem instanceof FileAlreadyExistsException) {
      return file + " exists already";
    }
    if (problem instanceof NotDirectoryException) {
      return file + " is not a folder";
    }
    if (problem instanceof DirectoryNotEmptyException) {
      return file + " is not empty";
    }
    if (problem instanceof FileSystemLoopException) {
      return file + " is a link to a folder that it is in";
    }
    return problem.getReason() == null ? name(problem) + ": " + file : problem.getMessage();
  }

  /**
   * Returns what is wrong in a JSON text, without its place or the parser's advice to its callers.
   */
  public static String ofSyntax(JsonProcessingException problem) {
    String message =
        START
            .matcher(problem.getOriginalMessage())
            .replaceFirst("(which begins at line $1, column $2)");
    String line = ADVICE.matcher(message.lines().findFirst().orElse("")).replaceFirst("");
    return FOUND.matcher(line).replaceFirst("$1 is not what belongs here");
  }

  private static String ofJson(JsonProcessingException problem) {
    JsonLocation place = problem.getLocation();
    String message = ofSyntax(problem);
    return place == null
        ? "Not the expected JSON: " + message
        : Text.format(
            "Not the expected JSON, at line %d, column %d: %s",
            place.getLineNr(), place.getColumnNr(), message);
  }
}
