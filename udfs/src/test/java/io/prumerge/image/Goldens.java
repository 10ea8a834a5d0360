package io.prumerge.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What notebooks/goldens/make_image_goldens.py wrote. */
public final class Goldens {
  private static final String FOLDER = "/goldens/images/";
  public static final JsonNode JSON = json();

  private Goldens() {}

  private static JsonNode json() {
    try {
      return new ObjectMapper().readTree(bytes("goldens.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static List<String> files() {
    return List.copyOf(fields(JSON.get("decoded")).keySet());
  }

  public static Map<String, JsonNode> fields(JsonNode object) {
    Map<String, JsonNode> fields = new TreeMap<>();
    object.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    return fields;
  }

  public static byte[] bytes(String file) {
    try (InputStream in = Goldens.class.getResourceAsStream(FOLDER + file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SHA-256 of an F32 tensor's bytes, in hex. */
  public static String sha256(float[] values) {
    return io.prumerge.Goldens.sha256(values);
  }

  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
