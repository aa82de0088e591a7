BIT_COUNT(0)
BIT_COUNT(255)
BIT_COUNT(-1)
BIT_COUNT(b'\xff\x01')
BIT_COUNT(NULL)
~0
~5
~b'\x0f'
12 & 10
12 | 10
12 ^ 10
1 << 4
1 << 63
1 << 64
-1 >> 1
256 >> 4
1 >> 64
1 << -1
b'\x0f' & b'\xf1'
b'\x0f' | b'\xf0'
b'\x0f' ^ b'\xff'
b'\x01' << 3
b'\x80\x00' >> 4
b'\x0f' & b'\x0f\x0f'
NULL & 1
0xFF
0x7FFFFFFFFFFFFFFF & -1
BIT_COUNT(TRUE)
