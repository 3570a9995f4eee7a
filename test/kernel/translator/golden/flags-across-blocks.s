# Flags set on two ways and read where they meet.
        test    eax, eax
        je      1f
        cmp     ebx, ecx
        jmp     2f
1:      cmp     ebx, edx
2:      jg      3f
        mov     ebx, 0
3:      ret
# 0x1000: 85 c0 74 04 39 cb eb 02 39 d3 7f 05 bb 00 00 00 00 c3
