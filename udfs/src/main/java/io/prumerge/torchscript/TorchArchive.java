package io.prumerge.torchscript;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive made from source text: what {@code torch.jit.save} would write for a module
 * without attributes, so that no Python is needed to make it.
 */
public final class TorchArchive {

  // A pickle of one object: GLOBAL class, EMPTY_TUPLE, NEWOBJ, EMPTY_DICT, BUILD, STOP.
  private static final byte[] PICKLE_PROTOCOL_2 = {(byte) 0x80, 2};
  private static final byte[] NEW_OBJECT_WITHOUT_STATE = {')', (byte) 0x81, '}', 'b', '.'};
  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};
  // The newest operator version; a lower one would switch on upgraders of old operators.
  private static final String VERSION = "10\n";

  private TorchArchive() {}

  /**
   * Packs a module.
   *
   * @param source of {@code class <className>(Module)}
   * @param parts sources of the modules {@code __torch__.parts.<name>} by name
   */
  public static InputStream of(String className, String source, Map<String, String> parts) {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(archive)) {
      ByteArrayOutputStream object = new ByteArrayOutputStream();
      object.write(PICKLE_PROTOCOL_2);
      object.write(("c__torch__\n" + className + "\n").getBytes(StandardCharsets.US_ASCII));
      object.write(NEW_OBJECT_WITHOUT_STATE);
      put(zip, "data.pkl", object.toByteArray());
      put(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, String> part : parts.entrySet()) {
        String name = "code/__torch__/parts/" + part.getKey() + ".py";
        put(zip, name, part.getValue().getBytes(StandardCharsets.UTF_8));
      }
      put(zip, "constants.pkl", EMPTY_TUPLE);
      put(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot pack the TorchScript of " + className, e);
    }
    return new ByteArrayInputStream(archive.toByteArray());
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry("m/" + name));
    zip.write(bytes);
    zip.closeEntry();
  }
}
