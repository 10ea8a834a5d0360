package io.prumerge.image.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Formats of files that are often given as pictures and that no decoder here reads. */
public enum ForeignFormat {
  HEIC("HEIC (a telephone's)", "save it as JPEG"),
  AVIF("AVIF", "save it as PNG"),
  TIFF("TIFF", "save it as PNG"),
  JPEG_XL("JPEG XL", "save it as PNG"),
  JPEG_2000("JPEG 2000", "save it as PNG"),
  PHOTOSHOP("a Photoshop document", "save it as PNG"),
  ICON("an icon", "save it as PNG"),
  SVG("SVG", "draw it as PNG"),
  PDF("PDF", "draw its page as PNG"),
  WEB_PAGE("a web page", "download the picture itself"),
  GIT_LFS_POINTER("a pointer of Git LFS", "fetch the picture by git lfs pull");

  /** Characters in which a text's kind is looked for. */
  private static final int START = 512;

  /** The major brands of HEIF files whose pictures are HEVC's, as libheif has them. */
  private static final List<String> HEIC_BRANDS =
      List.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1");

  private static final List<String> AVIF_BRANDS = List.of("avif", "avis");

  private final String name;
  private final String remedy;

  ForeignFormat(String name, String remedy) {
    this.name = name;
    this.remedy = remedy;
  }

  /** Returns the format that a file's first bytes are of, if it is one of these. */
  public static Optional<ForeignFormat> of(byte[] file) {
    String start = new String(file, 0, Math.min(START, file.length), StandardCharsets.ISO_8859_1);
    return Arrays.stream(values()).filter(format -> format.begins(start)).findFirst();
  }

  private boolean begins(String start) {
    return switch (this) {
      case HEIC -> HEIC_BRANDS.contains(brand(start)) && !isAvif(start);
      case AVIF -> AVIF_BRANDS.contains(brand(start)) || isAvif(start);
      case TIFF -> begins(start, "II*\0", "MM\0*", "II+\0", "MM\0+");
      case JPEG_XL -> begins(start, "\u00ff\n", "\0\0\0\fJXL ");
      case JPEG_2000 -> begins(start, "\0\0\0\fjP  ", "\u00ffO\u00ffQ");
      case PHOTOSHOP -> begins(start, "8BPS");
      case ICON -> begins(start, "\0\0\u0001\0", "\0\0\u0002\0");
      case SVG -> text(start).startsWith("<svg") || isXml(start) && start.contains("<svg");
      case PDF -> begins(start, "%PDF");
      case WEB_PAGE -> begins(text(start), "<!doctype html", "<html");
      case GIT_LFS_POINTER -> begins(start, "version https://git-lfs.github.com/spec/");
    };
  }

  /** Returns the major brand of a file of ISO's base media format; else nothing. */
  private static String brand(String start) {
    return start.startsWith("ftyp", 4) && start.length() >= 12 ? start.substring(8, 12) : "";
  }

  /** Returns whether a file whose major brand is a common one says further on that it is AVIF. */
  private static boolean isAvif(String start) {
    int end = brand(start).isEmpty() ? 0 : Math.min(start.charAt(3), start.length());
    return end > 16 && start.substring(16, end).contains("avif");
  }

  private static boolean isXml(String start) {
    return text(start).startsWith("<?xml");
  }

  /** Returns the beginning of a text in small letters, without a mark of UTF-8 and white space. */
  private static String text(String start) {
    String text = start.startsWith("\u00ef\u00bb\u00bf") ? start.substring(3) : start;
    return text.strip().toLowerCase(Locale.ROOT);
  }

  private static boolean begins(String start, String... marks) {
    return Arrays.stream(marks).anyMatch(start::startsWith);
  }

  /** Returns what a file of this format is, and what helps. */
  public String refusal() {
    return "it is " + name + ": " + remedy;
  }

  /** Returns the format in words. */
  public String words() {
    return name;
  }
}
