package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import java.util.List;

/**
 * An image, or the images of one prompt, with its questions; a row of {@link Table#EXAMPLES}.
 *
 * @param imageId null without an image
 * @param image the file; null where it is missing
 * @param imageSha256 of several images the hash of their hashes; null where one is missing
 * @param width in pixels; null, like the height, for what cannot be read
 * @param moreImages files of the prompt's further images; null if it has one image or none
 */
public record ExampleRow(
    String benchmark,
    String split,
    String imageId,
    byte[] image,
    String imageSha256,
    Integer width,
    Integer height,
    List<ExampleQuestion> questions,
    @AddedLater List<byte[]> moreImages) {}
