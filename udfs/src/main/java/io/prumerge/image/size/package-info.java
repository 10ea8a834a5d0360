/** How large images are shown to a model: sizes that keep or change the aspect, and tilings. */
package io.prumerge.image.size;
