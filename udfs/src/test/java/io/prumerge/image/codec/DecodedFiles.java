package io.prumerge.image.codec;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Prints what the Java that runs it makes of the JPEG files in a folder: a line for each, its name
 * with the SHA-256 of its pixels or the kind of its error.
 *
 * <p>With a further folder, also writes there what the JDK's reader makes of files, as {@link
 * RecordedReader} reads it: {@code NAME.gz}, samples as stored, and {@code NAME.warnings}. Recorded
 * so by Temurin 21.0.8, whose JDK has libjpeg 6b inside.
 */
final class DecodedFiles {
  private DecodedFiles() {}

  public static void main(String... arguments) throws IOException, NoSuchAlgorithmException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(Path.of(arguments[0]))) {
      files = listed.filter(file -> file.toString().matches(".*\\.jpe?g")).sorted().toList();
    }
    for (Path file : files) {
      System.out.printf("%s %s%n", file.getFileName(), result(Files.readAllBytes(file)));
      if (arguments.length > 1) {
        record(file, Path.of(arguments[1]));
      }
    }
  }

  private static String result(byte[] file) throws NoSuchAlgorithmException {
    try {
      byte[] rgb = ImageDecoder.decode(file, ImageLimits.DEFAULT).rgb();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(rgb));
    } catch (ImageException e) {
      return e.kind().name();
    }
  }

  private static void record(Path file, Path output) throws IOException {
    ImageBytes bytes = new ImageBytes(ImageFormat.JPEG, Files.readAllBytes(file));
    List<String> warnings = new ArrayList<>();
    Raster raster;
    try {
      byte[] stripped = JpegHeader.read(bytes).withoutMetadata(bytes);
      raster = new JpegDecoder.JdkReader().read(stripped, warnings::add);
    } catch (ImageException e) {
      return;
    }
    Files.write(output.resolve(file.getFileName() + ".warnings"), warnings);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(output.resolve(file.getFileName() + ".gz")))) {
      out.write(((DataBufferByte) raster.getDataBuffer()).getData());
    }
  }
}
