# Code learns where it is, as clang compiles for any address: no call is made.
        call    1f
1:      pop     ebx
        lea     eax, [ebx + 8]
        ret
# 0x1000: e8 00 00 00 00 5b 8d 43 08 c3
