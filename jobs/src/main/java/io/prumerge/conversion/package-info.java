/** Model folders of any layout -> one folder of mapped safetensors. */
package io.prumerge.conversion;
