#pragma once
int rangelab_integer_placeholder(void);
