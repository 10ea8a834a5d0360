package io.prumerge.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.Question;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * What the processor says, which a device is compared with. Found in a file where an earlier run
 * left it, so that a GPU's host need not compute it again; otherwise asked for now and added to the
 * file. An entry is found by everything that decides it but the code: the model's folder, the
 * arithmetic, the images' bytes, questions and methods.
 */
final class CpuAnswers {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file; // null: nothing is kept
  private final ObjectNode entries;

  private CpuAnswers(Path file, ObjectNode entries) {
    this.file = file;
    this.entries = entries;
  }

  /** Nothing is known, and nothing is kept. */
  static CpuAnswers none() {
    return new CpuAnswers(null, JSON.createObjectNode());
  }

  /**
   * @param file may be missing yet
   */
  static CpuAnswers of(Path file) throws IOException {
    JsonNode known = Files.exists(file) ? JSON.readTree(file.toFile()) : JSON.createObjectNode();
    return new CpuAnswers(file, (ObjectNode) known);
  }

  /** The answers to requests. */
  List<Said> answers(String key, Callable<List<Said>> asked) throws Exception {
    return found(key, asked, new TypeReference<>() {});
  }

  /** Numbers that a model comes to. */
  float[] numbers(String key, Callable<float[]> computed) throws Exception {
    return found(key, computed, new TypeReference<>() {});
  }

  private <T> T found(String key, Callable<T> computed, TypeReference<T> type) throws Exception {
    if (!entries.has(key)) {
      entries.set(key, JSON.valueToTree(computed.call()));
      if (file != null) {
        Files.writeString(file, JSON.writeValueAsString(entries));
      }
    }
    return JSON.convertValue(entries.get(key), type);
  }

  /**
   * The key of an entry.
   *
   * @param what kind of entry, and of which model
   */
  static String key(Setting setting, String what, DtypeChoice dtype, List<ImageRequest> requests) {
    MessageDigest digest = sha256();
    for (ImageRequest request : requests) {
      request.visuals().forEach(visual -> visual.files().forEach(digest::update));
      for (Question question : request.questions()) {
        add(digest, question.maxNewTokens() + question.prompt());
      }
      for (TokenReducer reducer : request.reducers()) {
        // A method may name a file of the folder, which lies elsewhere on another host.
        add(digest, reducer.spec().toString().replace(setting.root().toString(), ""));
      }
    }
    String hash = HexFormat.of().formatHex(digest.digest(), 0, 8);
    return "%s %s %s".formatted(what, dtype, hash);
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
