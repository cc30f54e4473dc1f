#include "last_error.h"
#include "rangelab.h"

#include <string.h>

/* The text of a thread; a long one, such as the list of all estimators, is cut at the end of a character. */
static _Thread_local char text[2048];

void rl_keep_error(const char *message) {
  size_t length = strlen(message);
  if (length >= sizeof text) {
    length = sizeof text - 1;
    while (length > 0 && ((unsigned char)message[length] & 0xC0) == 0x80) length--;
  }
  memcpy(text, message, length);
  text[length] = 0;
}

const char *rangelab_last_error(void) { return text; }
