# A loop with two ways in, as compilers make by threading jumps: both go through a dispatch.
        test    eax, eax
        je      2f
1:      add     ebx, ecx
2:      dec     ecx
        jne     1b
        mov     eax, ebx
        ret
# 0x1000: 85 c0 74 02 01 cb 49 75 fb 89 d8 c3
