package io.prumerge.image.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of other formats are named, with what helps. */
class ForeignFormatTest {

  private static byte[] file(String start) {
    return start.translateEscapes().concat("\0".repeat(40)).getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource({
    "HEIC, \\0\\0\\0\\30ftypheic\\0\\0\\0\\0mif1heic",
    "HEIC, \\0\\0\\0\\30ftypmif1\\0\\0\\0\\0mif1heic",
    "HEIC, \\0\\0\\0\\44ftypheix",
    "AVIF, \\0\\0\\0\\34ftypavif\\0\\0\\0\\0mif1avif",
    "AVIF, \\0\\0\\0\\34ftypmif1\\0\\0\\0\\0mif1avif",
    "TIFF, II*\\0",
    "TIFF, MM\\0*",
    "TIFF, II+\\0",
    "JPEG_XL, \\377\\n",
    "JPEG_2000, \\377O\\377Q",
    "PHOTOSHOP, 8BPS",
    "ICON, \\0\\0\\1\\0",
    "SVG, <svg xmlns",
    "SVG, <?xml version='1.0'?>\\n<svg>",
    "PDF, %PDF-1.7",
    "WEB_PAGE, \\n<!DOCTYPE html>",
    "WEB_PAGE, <HTML>",
    "GIT_LFS_POINTER, version https://git-lfs.github.com/spec/v1"
  })
  void namesTheFormatAndTheRemedy(ForeignFormat format, String start) {
    byte[] bytes = file(start);

    assertThat(ForeignFormat.of(bytes)).contains(format);
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageDecoder.decode(bytes, ImageLimits.DEFAULT))
        .withMessage("Not a JPEG, PNG, GIF, BMP or WebP file: " + format.refusal())
        .satisfies(e -> assertThat(e.kind()).isEqualTo(ImageErrorKind.IMAGE_UNSUPPORTED));
  }

  @Test
  void saysWhatATelephonesPictureIs() {
    assertThat(ForeignFormat.HEIC.refusal())
        .isEqualTo("it is HEIC (a telephone's): save it as JPEG");
  }

  @ParameterizedTest
  @CsvSource({"x", "<?xml version='1.0'?><rss>", "\\0\\0\\0\\30ftypisom", "II", "ftyp", "id,name"})
  void namesNoOther(String start) {
    assertThat(ForeignFormat.of(start.translateEscapes().getBytes(StandardCharsets.ISO_8859_1)))
        .isEmpty();
  }
}
