package io.prumerge.prepare;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A user's benchmark with a row, or a picture, for each that may become of one. */
public final class TicketFiles {

  private static final String BENCHMARK =
      """
      name: tickets
      data: tickets.csv
      split: test
      layouts:
        tickets:
          images: photos
          rows_with: shop
          columns: {id: id, question: asked, answers: answer, image: photo, split: part}
      score: {exact: {rule: exact}}
      """;

  private static final String[] LINES = {
    "id,asked,answer,photo,part,shop",
    "1,What?,a,good.png,test,x",
    "2,What?,a,good.png,train,x", // another split
    "3,What?,a,good.png,dev,x",
    "4,What?,a,good.png,test,", // without what rows_with asks for
    "5,,a,good.png,test,x", // no question
    "6,What?,a", // too short
    "7,What?,a,gone.png,test,x", // missing
    "8,What?,a,phone.heic,test,x",
    "9,What?,a,scan.tiff,test,x",
    "10,What?,a,cut.png,test,x",
    "11,What?,a,,test,x", // no picture
    "12,What?,a,good.png,test,x",
    "13,What?,a,page.png,test,x",
    "14,What?,a,other.png,test,x",
    "15,What?,a,pair.png,test,x",
  };

  /** Rows of its file. */
  static final int ROWS = LINES.length - 1;

  private TicketFiles() {}

  /** Writes them to a folder, and returns the benchmark's file. */
  public static Path write(Path folder) throws IOException {
    Files.writeString(folder.resolve("tickets.csv"), String.join("\n", LINES));
    Path photos = Files.createDirectory(folder.resolve("photos"));
    for (String good : new String[] {"good.png", "other.png", "pair.png"}) {
      BufferedImage image = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(image, "png", photos.resolve(good).toFile());
    }
    Files.write(photos.resolve("cut.png"), latin1("\u0089PNG\r\n\u001a\n\0\0"));
    Files.write(photos.resolve("phone.heic"), latin1("\0\0\0\u0018ftypheic\0\0\0\0mif1heic"));
    Files.write(photos.resolve("scan.tiff"), latin1("II*\0\b\0\0\0"));
    Files.writeString(photos.resolve("page.png"), "\n<!DOCTYPE html><title>Not found</title>");
    return Files.writeString(folder.resolve("tickets.yaml"), BENCHMARK);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
